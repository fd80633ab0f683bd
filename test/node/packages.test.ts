/** What would be published: packed, unpacked beside the others, and imported by its public names. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tsc, WORKSPACE } from "../support/build-packages.ts";

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const home = (folder: string): string => join(WORKSPACE, "packages", folder);
const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(home(folder), "package.json"), "utf8")) as Manifest;
const published = readdirSync(join(WORKSPACE, "packages")).filter(
  (folder) => manifestOf(folder).private !== true,
);

/** Where they are unpacked, as an installation would lay them out. */
const place = mkdtempSync(join(tmpdir(), "concert-packages-"));
const unpacked = (folder: string): string => join(place, "node_modules", manifestOf(folder).name);

beforeAll(() => {
  expect(tsc("-b")).toBe("");
  unpackAll();
  for (const folder of published)
    for (const name of Object.keys(manifestOf(folder).dependencies ?? {})) linkForeign(folder, name);
}, 300_000);
afterAll(() => rmSync(place, { recursive: true, force: true }));

function unpackAll(): void {
  const shell = process.platform === "win32";
  const pack = ["pack", "--json", "--offline", "--pack-destination", place, ...published.map(home)];
  const packed = spawnSync("npm", pack, { cwd: WORKSPACE, encoding: "utf8", shell });
  const tarballs = JSON.parse(packed.stdout) as readonly {
    readonly name: string;
    readonly filename: string;
  }[];
  expect(tarballs).toHaveLength(published.length);
  for (const { name, filename } of tarballs) {
    const target = join(place, "node_modules", name);
    mkdirSync(target, { recursive: true });
    const done = spawnSync("tar", ["-xf", join(place, filename), "-C", target, "--strip-components=1"], {
      shell,
    });
    expect(done.status, name).toBe(0);
  }
}

/** What others publish is taken from where the workspace has it. */
function linkForeign(folder: string, name: string): void {
  if (name.startsWith("@concert-pay/") || existsSync(join(place, "node_modules", name))) return;
  mkdirSync(join(place, "node_modules", name, ".."), { recursive: true });
  symlinkSync(join(home(folder), "node_modules", name), join(place, "node_modules", name), "junction");
}

function filesIn(folder: string, under = ""): readonly string[] {
  return readdirSync(join(unpacked(folder), under), { withFileTypes: true }).flatMap((entry) => {
    const path = under === "" ? entry.name : `${under}/${entry.name}`;
    return entry.isDirectory() ? filesIn(folder, path) : [path];
  });
}

describe.each(published)("the package %s", (folder) => {
  it("holds every file that its manifest names, and says what it is", () => {
    const { exports, bin = {} } = manifestOf(folder);
    const named = [
      "./README.md",
      ...Object.values(exports).flatMap((target) =>
        typeof target === "string" ? [target] : Object.values(target),
      ),
      ...Object.values(bin),
    ];
    const files = filesIn(folder).map((path) => `./${path}`);
    expect(files).toEqual(expect.arrayContaining(named));
    expect(exports).toHaveProperty(["./package.json"]);
  });

  it("holds nothing that only its tests need", () => {
    const stray = filesIn(folder).filter((path) => /\.test\.|(^|\/)testing\/|tsbuildinfo/.test(path));
    expect(stray).toEqual([]);
  });

  it("is imported by each of its public names", () => {
    const { name, exports } = manifestOf(folder);
    const modules = Object.keys(exports).filter((path) => !path.endsWith(".json"));
    // Where there is no page there is no element to register.
    const importable = modules.filter((path) => path !== "./define");
    const script = importable
      .map((path) => `await import(${JSON.stringify(name + path.slice(1))});`)
      .join("\n");
    const run = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
      cwd: place,
      encoding: "utf8",
    });
    expect(run.stderr).not.toContain("Error");
    expect(run.status).toBe(0);
  });
});
