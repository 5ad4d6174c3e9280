import type { DocumentedApiName } from "../../config/documented-apis.ts";
import { createNaming } from "../../domain/administration/naming.ts";
import { CLIENT_KINDS, type OriginKind } from "../../domain/origins.ts";
import { printJson } from "../cli/output.ts";
import { withDomain } from "../cli/with-domain.ts";

const PAGE = 200;

/** Prints what was learnt from the traffic of an API, a line of JSON each. */
export async function listLearnt(api: DocumentedApiName): Promise<void> {
  await withDomain(async ({ store }) => {
    const source = `learned:${api}` as const;
    const nameOf = createNaming(store);
    for (const kind of Object.keys(await store.origins.count(source)) as OriginKind[])
      for (let after: string | undefined; ;) {
        const page = await store.origins.list(source, kind, { after, limit: PAGE });
        for (const { ref, at } of page) {
          const named =
            kind === "user"
              ? await nameOf("user", ref)
              : CLIENT_KINDS.some((each) => each === kind)
                ? await nameOf("client", ref)
                : undefined;
          // The reference of a key is its SHA-256.
          const name = named && { name: named.name };
          printJson({ api, kind, ref, ...name, learnt_at: new Date(at).toISOString() });
        }
        if (page.length < PAGE) break;
        after = page.at(-1)!.ref;
      }
  });
}
