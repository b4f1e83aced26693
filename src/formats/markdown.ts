import type { Heading, List, ListItem, Nodes, Root, Table, TableRow } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import type { Origin } from './draft.ts';
import type { SourceFile } from './source.ts';

/** A link as `[text](url)` writes it. */
export type Link = { readonly text: string; readonly url: string };
export type Words = {
  /** As a reader sees it. */
  readonly text: string;
  /** The same with its `*` and `_`: what Markdown takes for emphasis may well be a pattern. */
  readonly raw: string;
  readonly links: readonly Link[];
  readonly at: Origin;
};
/** A row by its column's heading: lower case, one blank between words. */
export type Row = { readonly at: Origin; readonly cells: ReadonlyMap<string, Words> };
export type TableBlock = {
  readonly is: 'table';
  readonly at: Origin;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
};
export type Item = Words & {
  /** null: no box in front of it. `?` and `!` are the boxes of a format that has more than two. */
  readonly box: ' ' | 'x' | '?' | '!' | null;
  /** The first paragraph only; what follows it is in `more`. */
  readonly more: readonly Block[];
};
export type Block =
  | (Words & { readonly is: 'heading'; readonly depth: number })
  | (Words & { readonly is: 'paragraph' })
  | (Words & { readonly is: 'quote' })
  | (Words & { readonly is: 'code'; readonly language: string })
  | TableBlock
  | { readonly is: 'list'; readonly at: Origin; readonly ordered: boolean; readonly items: readonly Item[] };

export type MarkdownFile = {
  /** What stands between `---` lines at the top, as YAML; null: nothing. It begins on line 2. */
  readonly front: string | null;
  readonly blocks: readonly Block[];
};

/** Reads Markdown with tables and boxes. HTML in it is text like any other. Never throws. */
export function readMarkdown({ path, text }: SourceFile): MarkdownFile {
  const front = /^\ufeff?---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(text);
  const body = front === null ? text : text.slice(front[0].length);
  const skipped = front === null ? 0 : front[0].split('\n').length - 1;
  const root: Root = fromMarkdown(body, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
  const reader = new BlockReader(path, body, skipped);
  return { front: front?.[1] ?? null, blocks: root.children.flatMap((node) => reader.blocks(node)) };
}

class BlockReader {
  readonly #path: string;
  readonly #text: string;
  readonly #skipped: number;

  constructor(path: string, text: string, skipped: number) {
    this.#path = path;
    this.#text = text;
    this.#skipped = skipped;
  }

  blocks(node: Nodes): readonly Block[] {
    switch (node.type) {
      case 'heading':
        return [{ is: 'heading', depth: (node as Heading).depth, ...this.#words(node) }];
      case 'paragraph':
        return [{ is: 'paragraph', ...this.#words(node) }];
      case 'blockquote':
        return [{ is: 'quote', ...this.#words(node) }];
      case 'code':
        return [
          { is: 'code', language: node.lang ?? '', text: node.value, raw: node.value, links: [], at: this.#at(node) },
        ];
      case 'html':
        return [{ is: 'paragraph', text: node.value, raw: node.value, links: [], at: this.#at(node) }];
      case 'table':
        return [this.#table(node)];
      case 'list':
        return [this.#list(node)];
      default:
        return [];
    }
  }

  #list(node: List): Block {
    const items = node.children.map((item) => this.#item(item));
    return { is: 'list', at: this.#at(node), ordered: node.ordered === true, items };
  }

  #item(node: ListItem): Item {
    const [first, ...rest] = node.children;
    const words =
      first?.type === 'paragraph' ? this.#words(first) : { text: '', raw: '', links: [], at: this.#at(node) };
    const more = (first?.type === 'paragraph' ? rest : node.children).flatMap((each) => this.blocks(each));
    const odd = /^\[([?!X])\]\s+/.exec(words.text);
    if (node.checked !== null && node.checked !== undefined)
      return { ...words, at: this.#at(node), box: node.checked ? 'x' : ' ', more };
    if (odd === null) return { ...words, at: this.#at(node), box: null, more };
    const box = odd[1] === 'X' ? 'x' : odd[1] === '?' ? '?' : '!';
    const [text, raw] = [words.text.slice(odd[0].length), words.raw.slice(odd[0].length)];
    return { ...words, text, raw, at: this.#at(node), box, more };
  }

  #table(node: Table): TableBlock {
    const [head, ...rows] = node.children;
    const columns = (head?.children ?? []).map((cell) => columnName(textOf(cell)));
    return { is: 'table', at: this.#at(node), columns, rows: rows.map((row) => this.#row(row, columns)) };
  }

  #row(row: TableRow, columns: readonly string[]): Row {
    const cells = row.children.flatMap((cell, index): [string, Words][] => {
      const column = columns[index];
      return column === undefined ? [] : [[column, { ...this.#words(cell), at: this.#at(row) }]];
    });
    return { at: this.#at(row), cells: new Map(cells) };
  }

  #words(node: Nodes): Words {
    return { text: textOf(node).trim(), raw: this.#raw(node).trim(), links: linksIn(node), at: this.#at(node) };
  }

  #at({ position }: Nodes): Origin {
    return { file: this.#path, line: (position?.start.line ?? 1) + this.#skipped };
  }

  #raw(node: Nodes): string {
    if (node.type === 'break') return '\n';
    if ('value' in node) return node.value;
    if (!('children' in node)) return '';
    const inner = node.children.map((child) => this.#raw(child)).join(node.type === 'blockquote' ? '\n' : '');
    if (node.type !== 'emphasis' && node.type !== 'strong') return inner;
    const [first, last] = [node.children[0], node.children.at(-1)];
    const before = this.#text.slice(offset(node.position?.start), offset(first?.position?.start));
    return before + inner + this.#text.slice(offset(last?.position?.end), offset(node.position?.end));
  }
}

const offset = (point: { readonly offset?: number | undefined } | undefined): number => point?.offset ?? 0;

export const columnName = (text: string): string => text.toLowerCase().replace(/\s+/g, ' ').trim();

/** Text as a reader sees it. Code keeps its characters; a line break stays one. */
function textOf(node: Nodes): string {
  if (node.type === 'break') return '\n';
  if ('value' in node) return node.value;
  if ('children' in node) return node.children.map(textOf).join(node.type === 'blockquote' ? '\n' : '');
  return '';
}

function linksIn(node: Nodes): readonly Link[] {
  if (node.type === 'link') return [{ text: textOf(node), url: node.url }];
  return 'children' in node ? node.children.flatMap(linksIn) : [];
}
