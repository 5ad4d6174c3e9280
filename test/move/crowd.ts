// The clients of a move: one crowd from before it until after it.
import {
  type ApiName,
  API_NAMES,
  BEFORE,
  type Belongings,
  personOf,
} from "../predecessors/people.ts";
import type { Actor } from "./actors/actor.ts";
import { Player } from "./actors/kokids.ts";
import { PassportApplication } from "./actors/passport.ts";
import { PartnerScript } from "./actors/script.ts";
import { Developer } from "./actors/secretpair.ts";
import { CommunityOwner } from "./actors/senler.ts";
import { Partner } from "./actors/zimoxy.ts";
import type { Witness } from "./witness.ts";

export type Urls = Readonly<Record<ApiName, string>>;

/** Which users act, of each API. */
export interface CrowdOptions {
  /** As the predecessors were started with; these have passwords of their own. */
  readonly active: number;
  /** The first of them act here. */
  readonly acting: number;
  /** By default what they had before the move. */
  readonly belongings?: Belongings;
}

/** Every client of a move. */
export class Crowd {
  readonly #urls: Urls;
  readonly #witness: Witness;
  readonly #active: number;
  readonly #belongings: Belongings;
  readonly #actors: Actor[];
  /** How many of the active users have come. */
  #come: number;
  readonly #givers: readonly { readonly keys: readonly string[] }[];

  constructor(urls: Urls, witness: Witness, { active, acting, belongings = BEFORE }: CrowdOptions) {
    this.#urls = urls;
    this.#witness = witness;
    this.#active = active;
    this.#come = acting;
    this.#belongings = belongings;
    const person = (api: ApiName, index: number) => personOf(api, index, active);
    const owner = (index: number) => ({
      person: person("senler", index),
      groupId: belongings.groupOf(index),
      bot: belongings.bot,
    });
    const indexes = Array.from({ length: acting }, (_, index) => index);
    // The last active users are those of the programs.
    const last = active - 1;
    const [kokids, secretpair, zimoxy] = API_NAMES.map((api) => person(api, last));
    const people = { kokids: kokids!, secretpair: secretpair!, zimoxy: zimoxy! };
    const owners = indexes.map((index) => new CommunityOwner(urls.senler, witness, owner(index)));
    const passport = new PassportApplication(urls.senler, witness, owner(last));
    this.#givers = [...owners, passport];
    this.#actors = [
      ...indexes.flatMap((index) => this.#usersOf(index)),
      ...owners,
      passport,
      new PartnerScript(witness, { urls, people, partnerKey: belongings.partnerKey }),
    ];
  }

  /** The users with a number, of the APIs that have one sign-in by a form. */
  #usersOf(index: number): Actor[] {
    const person = (api: ApiName) => personOf(api, index, this.#active);
    const { kokids, secretpair, zimoxy } = this.#urls;
    const key = this.#belongings.partnerKey;
    return [
      new Player(kokids, this.#witness, person("kokids")),
      new Developer(secretpair, this.#witness, person("secretpair")),
      new Partner(zimoxy, this.#witness, { person: person("zimoxy"), key }),
    ];
  }

  /** Adds users who were registered long ago and have never come since. */
  grow(): void {
    if (this.#come >= this.#active - 1) throw new Error("every active user has come");
    this.#actors.push(...this.#usersOf(this.#come));
    this.#come += 1;
  }

  /** Lets everyone act at once, so many episodes each. */
  async play(episodes: number): Promise<void> {
    await this.#each(async (actor) => {
      for (let count = 0; count < episodes; count++) await actor.episode();
    });
  }

  /** Checks what was acknowledged to each. */
  async check(): Promise<void> {
    await this.#each((actor) => actor.check());
  }

  /** A client that can't go on has seen a fault. */
  async #each(act: (actor: Actor) => Promise<void>): Promise<void> {
    const guarded = (actor: Actor): Promise<void> =>
      act(actor).catch((error: unknown) => this.#witness.fault(String(error)));
    await Promise.all(this.#actors.map(guarded));
  }

  /** Every key that the bot has been given. */
  get keys(): readonly string[] {
    return this.#givers.flatMap(({ keys }) => keys);
  }

  close(): void {
    for (const actor of this.#actors) actor.close();
  }
}
