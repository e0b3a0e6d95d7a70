/** Parses the parts of Markdown that the tests of the documentation need: headings, links, code blocks and code spans. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

export interface CodeBlock {
  readonly language: string;
  readonly text: string;
}

export interface Page {
  /** Path of the page, relative to the checkout. */
  readonly path: string;
  readonly text: string;
  /** Targets of the links outside of code blocks. */
  readonly links: readonly string[];
  /** Anchors of the headings on GitHub. */
  readonly anchors: ReadonlySet<string>;
  readonly blocks: readonly CodeBlock[];
  /** Code blocks after a comment `<!-- name -->`, by the name in the comment. */
  readonly examples: ReadonlyMap<string, string>;
  /** Texts in backticks outside of code blocks. */
  readonly spans: readonly string[];
}

/** Matches a code block. A code block in a list is indented. */
const BLOCK = /^ *```(\w*)\n(.*?)^ *```$/gms;
const EXAMPLE = /^<!-- ([\w.-]+) -->\n```\w+\n(.*?)^```$/gms;

/** Reads all pages of the documentation. */
export function readPages(): readonly Page[] {
  return globSync('{*.md,{docs,examples,test}/**/*.md}', { cwd: ROOT }).sort().map(readPage);
}

/** @param path relative to the checkout */
export function readPage(path: string): Page {
  return parsePage(path, readFileSync(join(ROOT, path), 'utf8'));
}

export function parsePage(path: string, text: string): Page {
  const prose = text.replaceAll(BLOCK, '');
  return {
    path,
    text,
    links: [...prose.replaceAll(/`[^`\n]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target),
    anchors: anchorsOf(prose),
    blocks: [...text.matchAll(BLOCK)].map(([, language = '', block = '']) => ({ language, text: block })),
    examples: new Map([...text.matchAll(EXAMPLE)].map(([, name = '', code = '']) => [name, code])),
    spans: [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span),
  };
}

/**
 * Returns the anchors of the headings. GitHub converts a heading to lower case and removes punctuation. If several headings
 * have the same text, GitHub appends numbers to the anchors.
 */
function anchorsOf(prose: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of prose.matchAll(/^#{1,6} (.+)$/gm)) {
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-');
    let anchor = slug;
    for (let number = 1; anchors.has(anchor); number += 1) anchor = `${slug}-${number}`;
    anchors.add(anchor);
  }
  return anchors;
}
