import type { Assignment, Command, Redirection } from 'unbash';
import type { FileLine } from '../files.ts';
import type { Variable } from '../machine.ts';
import { hole, known } from '../text.ts';
import { runCommand } from './commands.ts';
import { hideCommand } from './doubts.ts';
import type { Shell } from './shell.ts';
import { printed, writeFile } from './text-files.ts';
import type { Code } from './walk.ts';
import { expandValue, expandWord, type Scope, type Word } from './words.ts';

/** Nobody writes so many. */
const mostWords = 5000;

/** A command with its assignments and redirections. */
export function runSimple(shell: Shell, node: Command, code: Code): void {
  shell.printedGo = null;
  if (node.suffix.length > mostWords) {
    hideCommand(shell, 'a command of more words than are followed', code.script.at(node.pos));
    return;
  }
  const scope = shell.scope(code);
  const assignments = node.prefix.filter((each): each is Assignment => each.type === 'Assignment');
  const values = assignments.map(each => [each.name, assigned(each, scope)] as const);
  const words = node.name === undefined ? [] : [...expandWord(node.name, scope)];
  for (const argument of node.suffix) {
    if (argument.type === 'Word') words.push(...expandWord(argument, scope));
    else if (argument.type === 'Assignment') words.push(assignmentWord(argument, scope));
  }
  if (words.length === 0) for (const [name, value] of values) shell.set(name, value);
  else if (values.length === 0) runCommand(shell, words);
  else {
    const before = shell.variables;
    shell.variables = new Map(before);
    for (const [name, value] of values) shell.set(name, value, true);
    runCommand(shell, words);
    shell.variables = before;
  }
  shell.printed = printed(shell, words, node.redirects, scope);
  const name = known(words[0]?.text ?? []) || 'a command';
  for (const redirection of node.redirects) redirect(shell, redirection, name, shell.printed, scope);
}

/** `> path`, `>> path`: the file is no longer what it was. */
export function redirect(
  shell: Shell,
  redirection: Redirection,
  command: string,
  lines: readonly FileLine[] | null,
  scope: Scope,
): void {
  if (redirection.type !== 'Redirect' || !/^(>>?|>\||&>>?|<>)$/.test(redirection.operator)) return;
  const path = redirection.target === undefined ? null : shell.path(expandValue(redirection.target, scope));
  if (path === null) return;
  const at = scope.script.at(redirection.pos);
  const isAppended = redirection.operator.endsWith('>>');
  // What goes to another descriptor is not the command's output.
  const { descriptor } = redirection;
  const isOutput = descriptor === undefined || (descriptor.type === 'FileDescriptor' && descriptor.value === 1);
  writeFile(shell, path, {
    lines: isOutput ? lines : null,
    isAppended,
    by: `${command} ${isAppended ? '>>' : '>'} ${path}`,
    at,
  });
}

function assigned(node: Assignment, scope: Scope): Variable {
  const { value } = node;
  const at = scope.script.at(node.pos);
  if (value.type !== 'Word' || node.index !== undefined)
    return { text: hole(node.text), at, by: 'assignment', range: null };
  const text = expandValue(value, scope);
  return {
    text: node.append ? [...(scope.variable(node.name) ?? []), ...text] : text,
    at,
    by: 'assignment',
    range: scope.script.range(value.pos, value.end),
  };
}

/** `export X=0`: the assignment as one word. */
function assignmentWord(node: Assignment, scope: Scope): Word {
  const { text } = assigned(node, scope);
  const [first, ...rest] = text;
  const head = `${node.name}=`;
  const whole = typeof first === 'string' ? [head + first, ...rest] : [head, ...text];
  const { script } = scope;
  return {
    text: whole,
    at: script.at(node.pos),
    range: script.range(node.pos, node.end),
    raw: node.text,
    source: null,
  };
}
