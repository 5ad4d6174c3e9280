// Where a letter is that nobody will get: a server for development has no mail server. It owns this
// note and must not know the letter.
import { html } from "./html.ts";
import type { Html } from "./layout.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { mailNoteMessages } from "./mail-note-messages.ts";
import type { PageContext } from "../request/page-context.ts";

/** Stands wherever a page says that a letter is on its way; nothing where letters go out. */
export const mailNote = (
  { language }: PageContext,
  { hasMailServer }: Pick<WebDependencies, "hasMailServer">,
): Html =>
  hasMailServer ? html`` : html`<p class="notice small">${mailNoteMessages[language]}</p>`;
