/** Every format there is, in the order that help and messages list them. */
export const formatNames = [
  'text',
  'json',
  'sarif',
  'github',
  'junit',
  'gitlab',
  'markdown',
  'in-toto',
  'in-toto-predicate',
] as const;

export type Format = (typeof formatNames)[number];
