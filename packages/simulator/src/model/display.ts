/**
 * The screen and those who watch it.
 * @module
 */
import type { Screen } from "./screen.ts";

export class Display {
  readonly #watchers = new Set<(screen: Screen) => void>();
  #screen: Screen = { name: "idle" };

  get screen(): Screen {
    return this.#screen;
  }

  show(screen: Screen): void {
    this.#screen = screen;
    for (const watch of this.#watchers) watch(screen);
  }

  clear(): void {
    if (this.#screen.name !== "idle") this.show({ name: "idle" });
  }

  watch(watcher: (screen: Screen) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
}
