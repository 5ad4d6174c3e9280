import { emailKey } from "../accounts/email-address.ts";

/** A user with an address. */
export interface Addressee {
  readonly realm: string;
  readonly id: string;
  readonly email: string;
}

/** Domains whose mail servers ignore dots and what follows a plus sign. */
const GMAIL = new Set(["gmail.com", "googlemail.com"]);

/**
 * Returns a key that is the same for all spellings of one mailbox, as far as it can be known: also
 * those that our key of an address distinguishes.
 */
function mailboxOf(email: string): string {
  const key = emailKey(email.normalize("NFKC")) ?? email.trim().toLowerCase();
  const at = key.lastIndexOf("@");
  // Folds letters that differ from their upper case in more than case, as `ß` and `SS` do.
  const local = key.slice(0, at).toUpperCase().toLowerCase();
  const domain = key.slice(at + 1);
  if (!GMAIL.has(domain)) return `${local}@${domain}`;
  return `${local.replace(/\+.*$/, "").replaceAll(".", "")}@gmail.com`;
}

/** Pairs each user with the first user of the realm who has the same mailbox. */
export function sharedMailboxes(
  users: Iterable<Addressee>,
): { readonly user: Addressee; readonly other: Addressee }[] {
  const first = new Map<string, Addressee>();
  const pairs: { user: Addressee; other: Addressee }[] = [];
  for (const user of users) {
    const key = `${user.realm} ${mailboxOf(user.email)}`;
    const other = first.get(key);
    if (other === undefined) first.set(key, user);
    else pairs.push({ user, other });
  }
  return pairs;
}
