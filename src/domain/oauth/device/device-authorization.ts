import type { AuthorizationDetail } from "../details/detail.ts";
import type { Terms } from "../terms.ts";

/** What a user has agreed to for a device. */
export interface DeviceApproval {
  readonly userId: string;
  readonly epoch: number;
  readonly grantId: string;
  readonly familyId: string;
  readonly terms: Terms;
}

/** A device that waits for a user, RFC 8628. */
export interface DeviceAuthorization {
  /** Of the device code. */
  readonly hash: string;
  /** See `user-codes.ts`. */
  readonly userCode: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** The URIs of the resources that the tokens will be for; none: this server. */
  readonly audience: readonly string[];
  /** What the tokens will be limited to there, RFC 9396. */
  readonly details: readonly AuthorizationDetail[];
  readonly createdAt: number;
  readonly expiresAt: number;
  /** How long the device must wait between two requests. */
  readonly intervalMs: number;
  /** Absent until the user agrees. */
  readonly approval?: DeviceApproval | undefined;
  readonly deniedAt?: number | undefined;
  /** When the device got its tokens. */
  readonly usedAt?: number | undefined;
}
