import type { RenderLetter } from "../domain/branding/letter-preview.ts";

/** Returns what renders letters to show them. The logo is in the page itself. */
export const renderLetter =
  (issuer: string): RenderLetter =>
  async (letter, brand) => {
    // Loaded with the first letter, as in the queue.
    const { compose } = await import("./compose.ts");
    const { subject, text, html, logo } = await compose(letter, issuer, brand);
    return {
      subject,
      text,
      html:
        logo === undefined
          ? html
          : html.replaceAll(`cid:${logo.id}`, `data:${logo.type};base64,${logo.content}`),
    };
  };
