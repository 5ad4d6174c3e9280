import type { Exchange } from "./exchange.ts";

/** Learns from the calls that the predecessor has answered. */
export interface Learner {
  /** Makes ours what the exchange shows; does nothing for an answer that shows nothing. */
  learn(exchange: Exchange): Promise<void>;
}
