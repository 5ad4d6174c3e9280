import type { Device } from "../model.ts";
import type { RequestContext } from "../request-context.ts";

/** What is learnt happens without a caller. */
export const LEARNING: RequestContext = {
  caller: { kind: "operator" },
  address: "",
  userAgent: "predecessor",
  expired: () => false,
};

/** A user as an answer of the predecessor shows them. */
export interface LearntUser {
  readonly realm: string;
  /** Empty when the call doesn't say it. */
  readonly username: string;
  readonly email: string;
  readonly accId: string;
  /** The password that the predecessor has just accepted. */
  readonly password: string;
  /** Where the user called from; absent when a partner called for the user. */
  readonly address?: string;
  readonly device?: Omit<Device, "userId" | "seenAt"> | undefined;
  /** The token in the answer, which the client goes on using; its end if the token says it. */
  readonly token?: { readonly text: string; readonly expiresAt?: number | undefined } | undefined;
}

/** What a call to the predecessor shows. */
export type Fact =
  | ({ readonly kind: "user" } & LearntUser)
  /** The predecessor has refused this password. */
  | ({
      readonly kind: "wrong-password";
      readonly address: string;
      /** Whether the limits have counted the attempt already. */
      readonly isCounted?: boolean;
    } & Omit<LearntUser, "device" | "token" | "address">)
  | {
      readonly kind: "sign-out" | "deletion";
      readonly realm: string;
      readonly email: string;
      readonly accId: string;
    }
  | {
      readonly kind: "secret-pair";
      readonly realm: string;
      readonly username: string;
      readonly email: string;
      readonly secretId: string;
      readonly secretValue: string;
    }
  | { readonly kind: "partner-key"; readonly key: string }
  /** A key for a group that the predecessor gave to an application, whose secret was right. */
  | {
      readonly kind: "access-key";
      readonly realm: string;
      readonly token: string;
      readonly clientId: string;
      readonly clientSecret: string;
      readonly redirectUri: string;
      /** 0 when the call doesn't name it. */
      readonly groupId: bigint;
    };
