/** As instanceof, but by name: a bundle beside this one (scripts/build.mjs) has its own copy of a class. */
export function isKind<E extends Error>(error: unknown, kind: { readonly prototype: E }): error is E {
  return error instanceof Error && error.name === kind.prototype.name;
}
