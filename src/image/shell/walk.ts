import type { AndOr, CaseItem, Command, SyntaxNode as Node, Statement, TestExpression, Word as WordNode } from 'unbash';
import type { Base } from '../bases.ts';
import type { FileLine } from '../files.ts';
import type { Source } from '../source.ts';
import { hole, known, type Text } from '../text.ts';
import { hideCommand } from './doubts.ts';
import { redirect, runSimple } from './run-simple.ts';
import type { Shell } from './shell.ts';
import { assignedIn, expandWord, type Word } from './words.ts';

/** A script that is being walked: its text, and the holes that its marks stand for. */
export interface Code {
  readonly script: Source;
  readonly holes: readonly Text[number][];
}

const longestLoop = 64;

export function walkStatements(shell: Shell, statements: readonly Statement[], code: Code): void {
  for (const statement of statements) {
    if (statement.background) shell.subshell(inner => walk(inner, statement.command as Node, code));
    else walk(shell, statement.command as Node, code);
  }
}

/** Walks one node of a script's tree as a shell would run it; every branch is taken, and then joined. */
export function walk(shell: Shell, node: Node, code: Code): void {
  const { script } = code;
  if (shell.hasEnded || shell.hasLeft) return;
  if (!shell.world.spend()) {
    shell.machine.hide('more commands than are followed', script.at(node.pos), true);
    return;
  }
  const list = (body: { readonly commands: readonly Statement[] }) => (inner: Shell) =>
    walkStatements(inner, body.commands, code);
  switch (node.type) {
    case 'Command':
      runSimple(shell, node, code);
      break;
    case 'AndOr':
      walkAndOr(shell, node, code);
      break;
    case 'Pipeline':
      walkPipeline(shell, node.commands as readonly Node[], code);
      break;
    case 'If': {
      list(node.clause)(shell);
      const bodies = [list(node.then)];
      for (const { clause, then } of node.elif)
        bodies.push(inner => {
          list(clause)(inner);
          list(then)(inner);
        });
      if (node.else !== undefined) bodies.push(list(node.else));
      shell.alternatives(bodies, node.else !== undefined);
      break;
    }
    case 'Case':
      shell.alternatives(
        node.items.map((_, index) => inner => runItem(inner, node.items.slice(index), code)),
        node.items.some(item => item.pattern.some(pattern => pattern.text === '*')),
      );
      break;
    case 'For':
    case 'Select': {
      const name = node.name.value;
      const words = node.wordlist?.flatMap(word => expandWord(word, shell.scope(code))) ?? null;
      for (const text of turnsOf(words) ?? [hole(`$${name}`, name)]) {
        shell.set(name, { text, at: script.at(node.name.pos), by: 'for', range: null });
        loop(shell, list(node.body));
      }
      break;
    }
    case 'While':
      list(node.clause)(shell);
      shell.maybe(inner => loop(inner, list(node.body)));
      break;
    case 'ArithmeticFor':
      assignedIn(script.text.slice(node.pos, node.body.pos), shell.scope(code));
      shell.maybe(inner => loop(inner, list(node.body)));
      break;
    case 'TestCommand':
      for (const word of testedWords(node.expression)) expandWord(word, shell.scope(code));
      break;
    case 'ArithmeticCommand':
      assignedIn(script.text.slice(node.pos, node.end), shell.scope(code));
      break;
    case 'Subshell':
      shell.subshell(list(node.body));
      break;
    case 'BraceGroup':
      list(node.body)(shell);
      break;
    case 'CompoundList':
      list(node)(shell);
      break;
    case 'Redirected':
      walk(shell, node.command as Node, code);
      for (const redirection of node.redirects) redirect(shell, redirection, 'a command', null, shell.scope(code));
      break;
    case 'Function':
      shell.define(node.name.value, node.body as Node, code);
      break;
    case 'Coproc':
      shell.subshell(inner => walk(inner, node.body as Node, code));
      break;
    default:
      break;
  }
}

/** One turn of a loop; `break` and `continue` end no more than that, as turns that may follow are taken all the same. */
function loop(shell: Shell, body: (shell: Shell) => void): void {
  shell.loops++;
  body(shell);
  shell.loops--;
  if (!shell.isReturning) shell.hasLeft = false;
}

/** An item of a case: `;&` goes on with the next one, `;;&` looks on. */
function runItem(shell: Shell, items: readonly CaseItem[], code: Code): void {
  const [item, ...others] = items;
  if (item === undefined) return;
  walkStatements(shell, item.body.commands, code);
  if (item.terminator === ';&') runItem(shell, others, code);
  else if (item.terminator === ';;&')
    for (const [index] of others.entries()) shell.maybe(inner => runItem(inner, others.slice(index), code));
}

/** The words of `[[ … ]]`, in which commands may be run. */
function testedWords(expression: TestExpression): readonly WordNode[] {
  switch (expression.type) {
    case 'TestUnary':
      return [expression.operand];
    case 'TestBinary':
      return [expression.left, expression.right];
    case 'TestLogical':
      return expression.operands.flatMap(testedWords);
    case 'TestNot':
      return testedWords(expression.operand);
    case 'TestGroup':
      return testedWords(expression.expression);
  }
}

/** The words a loop goes through, where every one is known and none is a glob. */
function turnsOf(words: readonly Word[] | null): readonly Text[] | null {
  if (words === null || words.length > longestLoop) return null;
  return words.every(({ text }) => !/[*?[{]/.test(known(text) ?? '*')) ? words.map(({ text }) => text) : null;
}

/** Each part in a shell of its own; one that reads its script from the pipe does what nobody can see. */
function walkPipeline(shell: Shell, commands: readonly Node[], code: Code): void {
  const [only] = commands;
  if (commands.length === 1 && only !== undefined) {
    walk(shell, only, code);
    return;
  }
  let piped: readonly FileLine[] | null = null;
  let pipedGo: Base | null = null;
  for (const [index, command] of commands.entries())
    shell.subshell(inner => {
      inner.piped = index === 0 ? null : piped;
      inner.pipedGo = pipedGo;
      inner.printedGo = null;
      if (index > 0 && isBareShell(command))
        hideCommand(inner, `… | ${command.name?.text}`, code.script.at(command.pos));
      else walk(inner, command, code);
      piped = inner.printed;
      pipedGo = inner.printedGo;
    });
}

/** `a && b`: all run; `a || b`: b may; what follows a test by && may. */
function walkAndOr(shell: Shell, { commands, operators }: AndOr, code: Code): void {
  let index = 0;
  while (index < commands.length) {
    const command = commands[index];
    let end = index + 1;
    const isGuarded = operators[index - 1] === '||' || (index > 0 && isTest(commands[index - 1]));
    if (isGuarded) while (end < commands.length && operators[end - 1] === '&&') end++;
    const group = isGuarded ? commands.slice(index, end) : command === undefined ? [] : [command];
    const body = (inner: Shell): void => {
      for (const each of group) walk(inner, each as Node, code);
    };
    if (!isGuarded) body(shell);
    else if (!group.every(isLeaving)) shell.maybe(body);
    index = end;
  }
}

function isBareShell(node: { readonly type: string }): node is Command {
  if (node.type !== 'Command') return false;
  const { name, suffix } = node as Command;
  return (
    /^(ba|da|a|z)?sh$/.test(name?.value.split('/').at(-1) ?? '') &&
    !suffix.some(each => 'value' in each && each.value === '-c')
  );
}

/** A command whose success decides what runs next: `[ … ]`, `test`, `[[ … ]]`, `command -v`, `grep -q`. */
function isTest(node: { readonly type: string } | undefined): boolean {
  if (node === undefined) return false;
  if (node.type === 'TestCommand' || node.type === 'ArithmeticCommand') return true;
  if (node.type === 'Pipeline') {
    const { commands } = node as unknown as { readonly commands: readonly { readonly type: string }[] };
    return isTest(commands.at(-1));
  }
  return (
    node.type === 'Command' &&
    /^(\[|test|command|which|type|grep|id|getent|false)$/.test((node as Command).name?.value ?? '')
  );
}

/** `|| exit 1`, `|| true`: nothing to follow. */
function isLeaving(node: { readonly type: string }): boolean {
  return (
    node.type === 'Command' &&
    /^(exit|return|true|:|echo|false|break|continue)$/.test((node as Command).name?.value ?? '')
  );
}
