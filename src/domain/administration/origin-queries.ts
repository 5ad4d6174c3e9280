import type { RequestContext } from "../request-context.ts";
import type { Origin, OriginKind, OriginSource } from "../origins.ts";
import type { PageOf, PageRequest } from "../paging.ts";
import type { PageTokens } from "../security/signed-values.ts";
import type { StateImportProgress } from "../state/store.ts";
import type { Aggregates, Store } from "../store.ts";
import { requireAdministratorOr } from "./administrators.ts";
import { createNaming, type Named } from "./naming.ts";

/** How many imports a page lists. */
const FEW_IMPORTS = 20;

/** A thing that came from another server, as an administrator sees it. */
export interface ForeignThing {
  readonly origin: Origin;
  /** The user or the client that it is, or that it belongs to. */
  readonly about: Named | undefined;
  /** What tells it from others of the same user or client: a community, a device, an API. */
  readonly detail: string;
}

/** What belongs to a thing of each kind, by its reference. Absent when the thing is gone. */
interface Facts {
  readonly userId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly detail?: string | undefined;
}

type Read = (store: Aggregates, origin: Origin) => Promise<Facts> | Facts;

const ownId = ({ ref }: Origin): Facts => ({ clientId: ref });
const groupText = (groupId: bigint | undefined): string =>
  groupId === undefined || groupId === 0n ? "" : String(groupId);

const READ: Readonly<Record<OriginKind, Read>> = {
  user: (_, { ref }) => ({ userId: ref }),
  client: (_, origin) => ownId(origin),
  secret_pair: (_, origin) => ownId(origin),
  partner_key: (_, origin) => ownId(origin),
  async group({ groups }, { ref }) {
    const group = await groups.find(BigInt(ref));
    return { detail: group === undefined ? ref : `${group.name} (${ref})` };
  },
  member(_, { ref }) {
    const [group = "", userId] = ref.split("/");
    return { userId, detail: group };
  },
  async access_key({ tokens }, { ref }) {
    const token = (await tokens.findAccess(ref))?.token;
    return { clientId: token?.clientId, detail: groupText(token?.groupId) };
  },
  async refresh_token({ tokens }, { ref }) {
    const token = await tokens.findRefresh(ref);
    return { userId: token?.userId, detail: token?.clientId };
  },
  async session_token({ sessions }, { ref }) {
    const session = (await sessions.findByToken(ref))?.session;
    return { userId: session?.userId, detail: session?.api };
  },
  device: (_, { ref, mark }) => ({ userId: ref.slice(0, ref.lastIndexOf("/")), detail: mark }),
  async consent({ grants }, { ref }) {
    const consent = await grants.find(ref);
    return { userId: consent?.userId, detail: consent?.clientId };
  },
  async resource({ resources }, { ref }) {
    return { detail: (await resources.find(ref))?.uri };
  },
  async session_client({ state }, { ref, mark }) {
    const sessionId = ref.slice(0, ref.lastIndexOf("/"));
    return { userId: (await state.sessionClient(sessionId, mark))?.userId, detail: mark };
  },
};

/** What administrators look up of things that came from another server. It changes nothing. */
export class OriginQueries {
  readonly #store: Store;
  readonly #pageTokens: PageTokens;

  constructor(store: Store, pageTokens: PageTokens) {
    this.#store = store;
    this.#pageTokens = pageTokens;
  }

  /** Returns whether anything came from another server. */
  hasAny(): Promise<boolean> {
    return this.#store.origins.hasAny();
  }

  /** Lists what came from a source, of one kind. */
  async list(
    context: RequestContext,
    { source, kind }: { readonly source: OriginSource; readonly kind: OriginKind },
    request: PageRequest,
  ): Promise<PageOf<ForeignThing>> {
    requireAdministratorOr(context, "predecessors.read");
    const page = await this.#pageTokens.page(
      ["origins", source, kind],
      request,
      (wanted) => this.#store.origins.list(source, kind, wanted),
      ({ ref }) => ref,
    );
    const name = createNaming(this.#store);
    const describe = async (origin: Origin): Promise<ForeignThing> => {
      const { userId, clientId, detail = "" } = await READ[kind](this.#store, origin);
      const about =
        userId === undefined
          ? clientId === undefined
            ? undefined
            : await name("client", clientId)
          : await name("user", userId);
      return { origin, about, detail };
    };
    return { ...page, items: await Promise.all(page.items.map(describe)) };
  }

  /** Counts what came from a source, by kind. */
  async count(
    context: RequestContext,
    source: OriginSource,
  ): Promise<Partial<Record<OriginKind, number>>> {
    requireAdministratorOr(context, "predecessors.read");
    return this.#store.origins.count(source);
  }

  /** Lists the newest imports. */
  async imports(context: RequestContext): Promise<readonly StateImportProgress[]> {
    requireAdministratorOr(context, "predecessors.read");
    return this.#store.state.list(FEW_IMPORTS);
  }
}
