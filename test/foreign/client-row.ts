// A client of others in the table of docs/clients.md, and the program here that drives it.

import type { SnippetName } from "./snippet-runs.ts";

/** What a program does with Latchkey. */
export type Way =
  /** Prints where to send the browser, reads where it came back, and redeems the code. */
  | "code"
  /** Is a web application that does all of it behind its own address. */
  | "site"
  /** Is an application of scripts in a page, so that the browser is Chromium. */
  | "page"
  /** Registers a user by a form, signs in by another, and reads the user by REST. */
  | "form"
  /** Calls an API with the user's password or the client's secret. */
  | "call";

/** One client, unmodified, as npm or Debian has it. */
export interface ClientRow {
  /** As its project writes it. */
  readonly client: string;
  readonly language: string;
  readonly protocol: string;
  /** What its user sets that isn't its default, in a few words of Markdown. */
  readonly set: string;
  readonly way: Way;
  /** The program, below test/foreign; absent when the code of the console is all that is run. */
  readonly program?: string;
  /** The code that the developer console has for it, each of which is run as well. */
  readonly snippets?: readonly SnippetName[];
  /** What the program is given on its command line. */
  readonly words?: readonly string[];
  /** The package of npm, or those of Debian; the first one has the version. */
  readonly packages: readonly string[];
  /** `npm run clients` runs it and `npm test` doesn't, because it differs little from another. */
  readonly isVariant?: boolean;
  /** The path of the redirect URI; `/callback` if not said. */
  readonly callback?: string;
  /** Fields of `identity.v1.Client` besides name and redirect URI. */
  readonly registration?: Readonly<Record<string, unknown>>;
}
