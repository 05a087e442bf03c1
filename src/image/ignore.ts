import type { Acceptance, Finding } from '../rules/finding.ts';
import { rules } from '../rules/index.ts';
import { UsageError } from '../usage-error.ts';

/** A comment `goshim ignore=rule[,rule] # reason`. */
interface Ignore {
  readonly rules: readonly string[];
  /** 1-based lines it covers. */
  readonly first: number;
  readonly last: number;
  readonly acceptance: Acceptance;
}

export interface CommentLine {
  readonly line: number;
  /** Without the `#`. */
  readonly text: string;
}

/** First and last line of an instruction or a block. */
export interface Block {
  readonly first: number;
  readonly last: number;
}

/**
 * Marks what comments accept: a comment holds for the block that begins right below it (other comments may stand between),
 * `global` for the whole file. UsageError for a rule there is not: a spelling mistake would hide nothing, silently.
 */
export function applyIgnores(
  findings: readonly Finding[],
  comments: readonly CommentLine[],
  blocks: readonly Block[],
  path: string,
): readonly Finding[] {
  const ignores = comments.flatMap(comment => readIgnore(comment, comments, blocks, path));
  return findings.map(finding => {
    const line = finding.line ?? 1;
    const found = ignores.find(
      ({ rules, first, last }) => rules.includes(finding.rule) && first <= line && line <= last,
    );
    return found === undefined || finding.verdict === 'pass' ? finding : { ...finding, accepted: found.acceptance };
  });
}

function readIgnore(
  { line, text }: CommentLine,
  comments: readonly CommentLine[],
  blocks: readonly Block[],
  path: string,
): readonly Ignore[] {
  const found = /^goshim\s+(global\s+)?ignore\s*=\s*([^#]*?)\s*(?:#\s*(.*))?$/.exec(text.trim());
  if (found === null) {
    if (/^goshim\s+(global\s+)?ignore\b/.test(text.trim()))
      throw new UsageError(`${path}:${line}: write "# goshim ignore=RULE # reason"`);
    return [];
  }
  const named = (found[2] ?? '').split(',').map(each => each.trim());
  const wrong = named.find(each => !rules.some(({ id }) => id === each));
  if (wrong !== undefined)
    throw new UsageError(
      `${path}:${line}: there is no rule "${wrong}"; there are ${rules.map(({ id }) => id).join(', ')}`,
    );
  const acceptance: Acceptance = {
    reason: found[3]?.trim() || `a comment in line ${line}`,
    until: null,
    inSource: true,
  };
  if (found[1] !== undefined) return [{ rules: named, first: 1, last: Number.POSITIVE_INFINITY, acceptance }];
  let below = line + 1;
  while (comments.some(comment => comment.line === below)) below++;
  const block = blocks.find(({ first }) => first === below);
  return block === undefined ? [] : [{ rules: named, ...block, acceptance }];
}
