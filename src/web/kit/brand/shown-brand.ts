import type { Brand } from "../../../domain/branding/brand.ts";

/** What a page shows of a brand. */
export interface PageBrand {
  readonly name: string;
  /** Whether the name is Latchkey's own. */
  readonly isOwnName: boolean;
  readonly icon: { readonly src: string; readonly type: string };
  /** Whether the icon is a logo of the brand. */
  readonly hasLogo: boolean;
  /** The style sheet with the colours; empty: those of Latchkey. */
  readonly style: string;
  /** The accent colour on light pages; empty: that of Latchkey. */
  readonly color: string;
  readonly links: Brand["links"];
}
