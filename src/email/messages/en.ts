import type { LetterMessages } from "./letter-messages.ts";

export const englishLetters: LetterMessages = {
  "sign-up": ({ host }) => ({
    subject: "Confirm your e-mail address",
    text: `We received a request to create an account at ${host} with this e-mail address.`,
    action: "Confirm e-mail address",
    after: [
      "The link works once and expires in 24 hours. You will need the password chosen at sign-up.",
      "If you did not make this request, ignore this e-mail. No account will be created.",
    ],
  }),
  "verify-email": ({ host }) => ({
    subject: "Confirm your e-mail address",
    text: `An account at ${host} was created with this e-mail address.`,
    action: "Confirm e-mail address",
    after: [
      "The link works once and expires in 24 hours.",
      "If you did not create the account, ignore this e-mail. The address stays unconfirmed.",
    ],
  }),
  "change-email": ({ host }) => ({
    subject: "Confirm your new e-mail address",
    text: `We received a request to use this e-mail address for an account at ${host}.`,
    action: "Confirm new address",
    after: [
      "The link works once and expires in 15 minutes.",
      "If you did not make this request, ignore this e-mail. Nothing will change.",
    ],
  }),
  "reset-password": ({ host }) => ({
    subject: "Reset your password",
    text: `We received a request to reset the password of your account at ${host}.`,
    action: "Set a new password",
    after: [
      "The link works once and expires in 15 minutes. Only the link in the latest e-mail works.",
      "If you did not make this request, ignore this e-mail. Your password will not change.",
    ],
  }),
  "already-registered": ({ host }) => ({
    subject: "You already have an account",
    text:
      `We received a request to use this e-mail address at ${host}, ` +
      "but it already belongs to your account. Nothing has changed.",
    action: "Sign in",
    after: [
      "If you forgot your password, you can reset it on the sign-in page.",
      "If you did not make this request, ignore this e-mail.",
    ],
  }),
  "password-changed": ({ host, when }) => ({
    subject: "Your password was changed",
    text:
      `The password of your account at ${host} was changed on ${when}. ` +
      "All other devices were signed out.",
    action: "This wasn’t me",
    after: [
      "If you made this change, you can ignore this e-mail. If not, reset your password now.",
    ],
  }),
  "address-proven": ({ host, when }) => ({
    subject: "Your password was set and your e-mail address was confirmed",
    text:
      `A new password was set for the account with this e-mail address at ${host} on ${when}. ` +
      "The address was not confirmed before, so all earlier access was removed.",
    action: "This wasn’t me",
    after: [
      "Removed: all sessions, the access of applications, " +
        "and the account’s own applications with their client secrets.",
      "You may have to sign in and allow access again. " +
        "If this wasn’t you, reset your password now.",
    ],
  }),
  "email-changed": ({ host, when }) => ({
    subject: "Your e-mail address was changed",
    text:
      `The e-mail address of your account at ${host} was changed on ${when}. ` +
      "You can no longer sign in with this address.",
    action: `Open ${host}`,
    after: ["If you did not make this change, contact the administrator of this server now."],
  }),
  "account-deleted": ({ host, when }) => ({
    subject: "Your account was deleted",
    text:
      `Your account at ${host} was deleted on ${when}. ` +
      "Sign in within 30 days to restore it. After that it is gone.",
    action: "Restore the account",
    after: ["If this wasn’t you, restore the account and change your password."],
  }),
  "account-restored": ({ host, when }) => ({
    subject: "Your account was restored",
    text: `The deletion of your account at ${host} was taken back on ${when}.`,
    action: "This wasn’t me",
    after: [
      "If you restored the account, you can ignore this e-mail. If not, reset your password now.",
    ],
  }),
  "group-invitation": ({ host }) => ({
    subject: "You are invited to a community",
    text: `A user of ${host} invites you to a community. The page shows who, and to which one.`,
    action: "See the invitation",
    after: [
      "You become a member only if you accept. The invitation expires in 30 days.",
      "If you decline, you are not invited to this community again for 30 days.",
    ],
  }),
  "new-device": ({ host, when }) => ({
    subject: "New sign-in to your account",
    text: `Your account at ${host} was signed in to on ${when} from a device that is new to it.`,
    action: "This wasn’t me",
    after: [
      "If it was you, you can ignore this e-mail. If not, reset your password now: " +
        "that signs out all devices.",
    ],
  }),
  test: ({ host, when }) => ({
    subject: "Test of e-mail delivery",
    text: `An administrator of ${host} sent this e-mail on ${when} to test its delivery.`,
    action: `Open ${host}`,
    after: ["There is nothing to do. If you did not expect this e-mail, ignore it."],
  }),
};
