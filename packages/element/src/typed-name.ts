/**
 * The name last typed on this page: who looks twice is spared writing it twice.
 * @module
 */

let typed: string | undefined;

export function typedName(): string | undefined {
  return typed;
}

/** `undefined`: somebody else stands at the register. */
export function rememberName(name: string | undefined): void {
  typed = name;
}
