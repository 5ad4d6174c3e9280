import type { NewTokens } from "../store.ts";
import type { DeviceApproval, DeviceAuthorization } from "./device-authorization.ts";

export interface DeviceAuthorizationStore {
  /** Returns false if the user code is taken. */
  insert(authorization: DeviceAuthorization): Promise<boolean>;
  find(hash: string): Promise<DeviceAuthorization | undefined>;
  findByUserCode(code: string): Promise<DeviceAuthorization | undefined>;
  /** Records that the user agrees. Returns true to exactly one answer, before the end. */
  approve(hash: string, approval: DeviceApproval, now: number): Promise<boolean>;
  /** Records that the user refuses. Returns true to exactly one answer, before the end. */
  deny(hash: string, now: number): Promise<boolean>;
  /** Records a request of the device; returns false if the interval has not passed. */
  poll(hash: string, now: number): Promise<boolean>;
  /** Lengthens the interval by so many milliseconds. */
  slowDown(hash: string, byMs: number): Promise<void>;
  /**
   * Marks an authorization that the user has agreed to as used, and stores the tokens that it gives
   * in the same transaction. Returns true to exactly one caller.
   */
  redeem(hash: string, now: number, tokens: NewTokens): Promise<boolean>;
}
