import { html, type Html } from "./html.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { mailNoteMessages } from "./mail-note-messages.ts";
import type { PageContext } from "../request/page-context.ts";

/** Tells where to find an e-mail on a server without a mail server; empty elsewhere. */
export const mailNote = (
  { language }: PageContext,
  { hasMailServer }: Pick<WebDependencies, "hasMailServer">,
): Html =>
  hasMailServer ? html`` : html`<p class="notice small">${mailNoteMessages[language]}</p>`;
