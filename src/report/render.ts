import type { Document, RenderOptions } from './document.ts';
import type { Format } from './formats.ts';

/** The document in one format, ready to be written; each format's code is loaded when it is asked for. */
export async function render(format: Format, document: Document, options: RenderOptions): Promise<string> {
  switch (format) {
    case 'text':
      return (await import('./text.ts')).renderText(document, options);
    case 'json':
      return (await import('./json.ts')).renderJson(document);
    case 'sarif':
      return (await import('./sarif.ts')).renderSarif(document, options);
    case 'github':
      return (await import('./github.ts')).renderGithub(document);
    case 'junit':
      return (await import('./junit.ts')).renderJunit(document);
    case 'gitlab':
      return (await import('./gitlab.ts')).renderGitlab(document, options);
    case 'markdown':
      return (await import('./markdown.ts')).renderMarkdown(document, options);
    case 'in-toto':
      return (await import('./in-toto.ts')).renderInToto(document, options);
    case 'in-toto-predicate':
      return (await import('./in-toto.ts')).renderPredicate(document);
  }
}
