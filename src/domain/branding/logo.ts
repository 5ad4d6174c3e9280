import { invalidField } from "../errors.ts";
import { refuseActiveSvg } from "./svg.ts";

/** An image: its media type, and its bytes as base64. */
export interface Logo {
  readonly type: LogoType;
  readonly content: string;
}

/**
 * The most bytes of a logo. A request of any protocol has at most 64 KiB, and JSON writes bytes as
 * base64.
 */
export const MAX_LOGO_BYTES = 32 * 1024;

const startsWith = (bytes: Buffer, start: string, at = 0): boolean =>
  bytes.subarray(at, at + start.length).toString("latin1") === start;

/** How the content of each type begins. The name of the file says nothing. */
const TYPES = {
  "image/png": (bytes: Buffer) => startsWith(bytes, "\x89PNG\r\n\x1a\n"),
  "image/jpeg": (bytes: Buffer) => startsWith(bytes, "\xff\xd8\xff"),
  "image/webp": (bytes: Buffer) => startsWith(bytes, "RIFF") && startsWith(bytes, "WEBP", 8),
  "image/svg+xml": (bytes: Buffer) =>
    /^\ufeff?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--[^]*?-->\s*)*<svg[\s/>]/.test(
      bytes.subarray(0, 4096).toString(),
    ),
} as const;

export type LogoType = keyof typeof TYPES;

/** Returns the image; rejects one that is too large, of another type, or active. */
export function checkLogo(bytes: Uint8Array, field = "logo"): Logo {
  const content = Buffer.from(bytes);
  if (content.length > MAX_LOGO_BYTES)
    throw invalidField(field, `has ${content.length} bytes, more than ${MAX_LOGO_BYTES}`);
  const [type] = Object.entries(TYPES).find(([, begins]) => begins(content)) ?? [];
  if (type === undefined) throw invalidField(field, "is no PNG, JPEG, WebP or SVG image");
  if (type === "image/svg+xml") refuseActiveSvg(content, field);
  return { type: type as LogoType, content: content.toString("base64") };
}
