// Which e-mail addresses are valid, and when two of them are the same mailbox.
import { domainToASCII } from "node:url";
import { IdentityError } from "../errors.ts";

/** RFC 5321 section 4.5.3.1.3, less the angle brackets. */
const MAX_EMAIL_BYTES = 254;
/** White space around an address is ignored, up to this length. */
const MAX_TEXT = 512;
const LOCAL_PART = /^[^\s\p{C}\p{Default_Ignorable_Code_Point}@<>()[\],;:\\"\u2800]+$/u;
/** Letters of any script; their UTS 46 form is checked afterwards. */
const DOMAIN_LABEL =
  /^(?!.*\p{Default_Ignorable_Code_Point})[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?$/u;
/** The full stops of UTS 46 section 2.3. */
const FULL_STOP = /[.\u3002\uFF0E\uFF61]/;
/** RFC 1035 section 2.3.4: 63 octets a label, 253 characters a name. */
const ASCII_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const MAX_DOMAIN = 253;
/** A domain whose ASCII form is itself in lower case: it has no Punycode. */
const PLAIN_DOMAIN = /^(?!(?:.*\.)?xn--)[a-z0-9.-]+$/i;
/**
 * A domain that ends in a number is parsed as an IPv4 address: e-mails would go to a machine of the
 * user's choice.
 */
const NUMBER = /^(?:\d+|0x[0-9a-f]*)$/;

/** An e-mail address as the user wrote it, and its key for comparison. */
export interface Email {
  readonly address: string;
  readonly key: string;
}

const invalid = (): IdentityError =>
  new IdentityError("EMAIL_INVALID", "This is not an e-mail address.", {
    fields: [{ field: "email", description: "is not an e-mail address" }],
  });

/**
 * Parses an address. Its key ignores case, Unicode composition, space around it and the spelling of
 * its domain, so that one mailbox is one account. The domain is compared in its ASCII form, which
 * the DNS uses.
 */
export function parseEmail(text: string): Email {
  const parts = partsOf(text);
  const key = parts && keyOf(parts);
  if (parts === undefined || key === undefined) throw invalid();
  return { address: parts.address, key };
}

/** Returns the key of a text that may be an address; undefined if it isn't one. */
export function emailKey(text: string): string | undefined {
  const parts = partsOf(text);
  return parts && keyOf(parts);
}

/**
 * Returns the keys under which the user of an address may be stored. Before migration 0006, each
 * spelling of a domain was an address of its own. Of users whose addresses are one mailbox since
 * then, each is found by their own spelling first.
 */
export function emailKeys(text: string): readonly string[] {
  const parts = partsOf(text);
  if (parts === undefined) return [];
  const own = `${parts.local}@${parts.labels.join(".")}`.toLowerCase().normalize("NFC");
  const key = keyOf(parts);
  return key === undefined || key === own ? [own] : [own, key];
}

/**
 * Returns the address that e-mails are sent to, with the domain as in the key. Only the receiving
 * server may interpret the local part (RFC 5321 section 2.4), so it stays as written.
 */
export function deliveryAddress(address: string): string {
  const key = emailKey(address);
  return key === undefined
    ? address
    : address.slice(0, address.lastIndexOf("@")) + key.slice(key.lastIndexOf("@"));
}

/**
 * Returns the beginning of keys for the beginning of an address. A last label that isn't ASCII may
 * be incomplete, so it becomes the prefix of all such labels.
 */
export function emailKeyPrefix(text: string): string {
  const start = text.slice(0, MAX_TEXT).trim().normalize("NFC");
  const at = start.indexOf("@");
  if (at === -1) return localKey(start);
  const labels = start
    .slice(at + 1)
    .toLowerCase()
    .split(FULL_STOP);
  const ascii = labels.map((label, index) =>
    isAscii(label) ? label : index === labels.length - 1 ? "xn--" : domainToASCII(label),
  );
  return `${localKey(start.slice(0, at))}@${ascii.join(".")}`;
}

interface Parts {
  readonly address: string;
  readonly local: string;
  readonly labels: readonly string[];
}

/** Splits a text in the form of an address; returns undefined for any other text. */
function partsOf(text: string): Parts | undefined {
  // Checked before any step whose time grows with the length.
  if (text.length > MAX_TEXT) return undefined;
  const address = text.trim().normalize("NFC");
  const at = address.indexOf("@");
  const local = address.slice(0, at);
  const labels = address
    .slice(at + 1)
    .replace(/[.\u3002\uFF0E\uFF61]$/, "")
    .split(FULL_STOP);
  const isOne =
    at > 0 &&
    Buffer.byteLength(address) <= MAX_EMAIL_BYTES &&
    LOCAL_PART.test(local) &&
    labels.every((label) => DOMAIN_LABEL.test(label));
  return isOne ? { address, local, labels } : undefined;
}

/** Returns the key of an address; undefined if no mailbox has it. */
function keyOf({ local, labels }: Parts): string | undefined {
  // NFKC changes characters that look like others but that no mailbox has: `ſ`, `ﬁ`, a full-width
  // `ａ`.
  if (local !== local.normalize("NFKC")) return undefined;
  const domain = asciiDomain(labels.join("."));
  return domain === undefined || Buffer.byteLength(local) + 1 + domain.length > MAX_EMAIL_BYTES
    ? undefined
    : `${localKey(local)}@${domain}`;
}

/** Returns the ASCII form of a domain; undefined if the DNS can't hold it. */
function asciiDomain(domain: string): string | undefined {
  // Parsing the domain as that of a URL is most of the time that an address takes.
  const ascii = PLAIN_DOMAIN.test(domain) ? domain.toLowerCase() : domainToASCII(domain);
  const labels = ascii.split(".");
  return ascii.length <= MAX_DOMAIN &&
    labels.every((label) => ASCII_LABEL.test(label)) &&
    !NUMBER.test(labels.at(-1) ?? "")
    ? ascii
    : undefined;
}

/** Returns a local part as it is compared. The two small sigmas are the same letter. */
const localKey = (local: string): string =>
  local.toLowerCase().normalize("NFC").replaceAll("ς", "σ");

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text);
