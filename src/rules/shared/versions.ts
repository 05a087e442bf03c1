import coerce from 'semver/functions/coerce.js';
import gt from 'semver/functions/gt.js';

/** Whether dotted version `a` is above `b`: agent versions (`1.335.20`), Go releases (`1.26.3`), glibc's (`2.34`). */
export function isNewer(a: string, b: string): boolean {
  const [left, right] = [coerce(a), coerce(b)];
  return left !== null && right !== null && gt(left, right);
}
