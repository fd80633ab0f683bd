/**
 * Makes planned troubles come true.
 * @module
 */
import type { Life } from "./life.ts";
import type { Trouble } from "./plan.ts";
import type { Fault } from "./tally.ts";
import type { World } from "./world.ts";

/** @param life the page at whose step it happens, if it is one */
export function cause(world: World, trouble: Trouble, life: Life | undefined): void {
  const { tally, random, clock, host, log, line, bridge } = world;
  const count = (fault: Fault): void => {
    tally.faults[fault] += 1;
    log.note("FAULT", () => `${fault}${life === undefined ? "" : ` at a step of ${life.name}`}`);
  };
  /** Not in the middle of what the world is doing: right after it, or a moment later. */
  const soon = (fault: Fault, run: () => void): void =>
    void clock.after(random.pick([0, 0, 1, 100]), () => {
      count(fault);
      run();
    });
  const target = life ?? world.till?.life;
  switch (trouble) {
    case "kill page":
      if (target === undefined) return;
      count("page killed");
      return target.die();
    case "close page": {
      const page = world.till;
      if (page === undefined) return;
      return soon("page closed", () => {
        page.leaving = true;
        void page.terminal.close();
        clock.after(random.between(0, 2_000), () => page.life.die());
      });
    }
    case "freeze page":
      if (target === undefined) return;
      count("page frozen");
      return target.freeze(random.pick([500, 5_000, 70_000, 300_000]));
    case "cache page":
      if (life === undefined || life !== world.till?.life) return;
      count("page cached");
      life.cache(random.pick([3_000, 60_000, 300_000]));
      return world.leaveTill();
    case "second tab":
      return soon("second tab", () => world.startSecondTab());
    case "reset":
      return soon("connection reset", () => host.resetOne("reset"));
    case "half-open":
      return soon("half-open", () => host.resetOne("freeze"));
    case "hang up":
      return soon("hung up", () => host.resetOne("end"));
    case "kill bridge":
      return soon("bridge killed", () => bridge?.kill(random.between(100, 20_000)));
    case "lose page link":
      return soon("page link lost", () => bridge?.losePages("break"));
    case "freeze page link":
      return soon("page link frozen", () => bridge?.losePages("freeze"));
    case "pull cable":
      return soon("cable pulled", () => line?.pull(random.between(500, 60_000)));
    case "silence line":
      return soon("line silent", () => line?.silence(random.pick([20, 500, 2_500, 20_000, 100_000])));
    case "reboot terminal":
      return soon("terminal rebooted", () => host.reboot());
    case "restart service":
      return soon("service restarted", () => host.restartService());
    case "forgotten sale":
      return soon("forgotten sale", () => host.forgetSale(random.between(5_000, 120_000)));
    case "reopen terminal": {
      const page = world.till;
      return soon("terminal reopened", () => page?.life.run(() => page.reopen()));
    }
    case "set clock":
      return soon("clock set", () => clock.setWall(random.pick([-86_400_000, -600_000, 600_000, 3_600_000])));
    case "wish to cancel": {
      const page = world.till;
      return soon("cancel wished", () => page?.life.run(() => page.terminal.requestCancel()));
    }
  }
}
