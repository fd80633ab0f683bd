/**
 * One owner per terminal, across tabs and pages.
 * @module
 */

export type LeaseResult =
  | {
      readonly held: true;
      release(): void;
      /** Resolves if it was taken away (the page lay in the back-forward cache). Absent where that cannot be. */
      readonly lost?: Promise<void>;
    }
  /** Someone else holds it; `holder` says who, in words a cashier understands. */
  | { readonly held: false; readonly holder: string };

export interface Lease {
  /** Takes the terminal of that id if nobody has it; does not wait. It is given back by `release` or when the page dies. */
  acquire(terminal: string): Promise<LeaseResult>;
}

/** A lease table within one program: several `Terminal` objects sharing it exclude each other. */
export function memoryLease(
  holder = "another register in this program",
  table: Map<string, string> = new Map(),
): Lease {
  return {
    acquire: async (terminal) => {
      const other = table.get(terminal);
      if (other !== undefined) return { held: false, holder: other };
      table.set(terminal, holder);
      return { held: true, release: () => void table.delete(terminal) };
    },
  };
}
