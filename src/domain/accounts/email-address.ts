// What e-mail addresses may be, and when two are one mailbox. It owns these rules and must not know
// whose the addresses are.
import { domainToASCII } from "node:url";
import { IdentityError } from "../errors.ts";

/** RFC 5321 section 4.5.3.1.3, less the angle brackets. */
const MAX_EMAIL_BYTES = 254;
/** White space around an address is no part of it, but not without end. */
const MAX_TEXT = 512;
const LOCAL_PART = /^[^\s\p{C}\p{Default_Ignorable_Code_Point}@<>()[\],;:\\"\u2800]+$/u;
/** Letters of any script: what UTS 46 makes of them is looked at afterwards. */
const DOMAIN_LABEL =
  /^(?!.*\p{Default_Ignorable_Code_Point})[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?$/u;
/** The full stops of UTS 46 section 2.3. */
const FULL_STOP = /[.\u3002\uFF0E\uFF61]/;
/** RFC 1035 section 2.3.4: 63 octets a label, 253 characters a name. */
const ASCII_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const MAX_DOMAIN = 253;
/**
 * A name that ends so is read as an IPv4 address, and letters would go to a machine of the user's
 * choice.
 */
const NUMBER = /^(?:\d+|0x[0-9a-f]*)$/;

/** An e-mail address: as its user wrote it, and as it is compared. */
export interface Email {
  readonly address: string;
  readonly key: string;
}

const invalid = (): IdentityError =>
  new IdentityError("EMAIL_INVALID", "This is not an e-mail address.", {
    fields: [{ field: "email", description: "is not an e-mail address" }],
  });

/**
 * Reads an address. Case, Unicode composition, space around it and how its domain is spelled make
 * no other address, so that one mailbox is one account: the domain is compared in its ASCII form,
 * which the DNS knows.
 */
export function parseEmail(text: string): Email {
  const parts = partsOf(text);
  // NFKC changes what looks like another character but is none that a mailbox is known by: `ſ`,
  // `ﬁ`, a full-width `ａ`.
  if (parts === undefined || parts.local !== parts.local.normalize("NFKC")) throw invalid();
  const { address, local, labels } = parts;
  const domain = asciiDomain(labels.join("."));
  if (domain === undefined || Buffer.byteLength(local) + 1 + domain.length > MAX_EMAIL_BYTES)
    throw invalid();
  return { address, key: `${localKey(local)}@${domain}` };
}

/** The key of what may be an address; nothing when it isn't one, so that nobody has it. */
export function emailKey(text: string): string | undefined {
  try {
    return parseEmail(text).key;
  } catch {
    return undefined;
  }
}

/**
 * The keys under which the user of an address may be kept. Versions before the migration 0006 kept
 * every spelling of a domain as an address of its own: of users whose addresses are one mailbox
 * since, each is found by the own spelling first.
 */
export function emailKeys(text: string): readonly string[] {
  const parts = partsOf(text);
  const keys = [
    parts && `${parts.local}@${parts.labels.join(".")}`.toLowerCase().normalize("NFC"),
    emailKey(text),
  ];
  return [...new Set(keys.filter((key) => key !== undefined))];
}

/**
 * Where letters to an address go: the domain as the key names it. The local part is for its own
 * server to read (RFC 5321 section 2.4).
 */
export function deliveryAddress(address: string): string {
  const key = emailKey(address);
  return key === undefined
    ? address
    : address.slice(0, address.lastIndexOf("@")) + key.slice(key.lastIndexOf("@"));
}

/**
 * The beginning of an address, as the beginning of keys. Of a last label that may go on, only what
 * any such label begins with.
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

/** The parts of what has the form of an address; nothing of any other text. */
function partsOf(text: string): Parts | undefined {
  // Before anything that takes time with the length.
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

/** A domain in the DNS; nothing when it can't be in there. */
function asciiDomain(domain: string): string | undefined {
  const ascii = domainToASCII(domain);
  const labels = ascii.split(".");
  return ascii.length <= MAX_DOMAIN &&
    labels.every((label) => ASCII_LABEL.test(label)) &&
    !NUMBER.test(labels.at(-1) ?? "")
    ? ascii
    : undefined;
}

/** A local part as it is compared. The two small sigmas are one letter in two places of a word. */
const localKey = (local: string): string =>
  local.toLowerCase().normalize("NFC").replaceAll("ς", "σ");

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text);
