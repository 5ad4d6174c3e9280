import type { Resource } from "../../../domain/oauth/resources/resource.ts";
import { confirmed } from "../../kit/confirmation.ts";
import { html, type Html } from "../../kit/html.ts";
import type { WebDependencies } from "../../request/dependencies.ts";
import { forRecent } from "../../request/guards.ts";
import {
  fieldValue,
  type PageContext,
  queryValue,
  type Route,
  seeOther,
} from "../../request/page-context.ts";
import type { FieldComplaint } from "../../sign-in/complaints.ts";
import { administrationPage, forAdministrators, PATHS } from "../administration-page.ts";
import {
  changeOf,
  NEW_RESOURCE,
  readResourceForm,
  resourceComplaint,
  resourceForm,
  type ResourceValues,
  valuesOfResource,
} from "./resource-form.ts";
import { type ResourceField, resourceMessages } from "./resource-messages.ts";

const PATH = "/administration/resource";

const resourcePath = (id: string): string =>
  id === "" ? PATH : `${PATH}?${new URLSearchParams({ id })}`;

/** Lists, adds, changes and deletes the resources that tokens can be for. */
export function resourcesRoutes(dependencies: WebDependencies): readonly Route[] {
  const { resources } = dependencies;
  const back = (context: PageContext): string => resourcePath(fieldValue(context, "id"));
  const valuesOf = async (context: PageContext, id: string): Promise<ResourceValues> =>
    id === "" ? NEW_RESOURCE : valuesOfResource(await resources.get(context.requestContext, id));
  return [
    {
      method: "GET",
      path: PATHS.resources,
      page: forAdministrators(async (context) =>
        listPage(context, await resources.list(context.requestContext)),
      ),
    },
    {
      method: "GET",
      path: PATH,
      page: forAdministrators(
        forRecent(dependencies, async (context) => {
          const id = queryValue(context, "id");
          return onePage(context, id, await valuesOf(context, id));
        }),
      ),
    },
    {
      method: "POST",
      path: PATH,
      page: forAdministrators(
        forRecent(
          dependencies,
          async (context) => {
            const id = fieldValue(context, "id");
            try {
              const values = readResourceForm(context);
              const { uri, name } = values;
              const change = changeOf(values);
              await (id === ""
                ? resources.create(context.requestContext, { ...change, uri, name })
                : resources.update(context.requestContext, id, change));
              return seeOther(`${PATHS.resources}?notice=saved`);
            } catch (error) {
              const wrong = resourceComplaint(context, error);
              if (wrong === undefined) throw error;
              return onePage(context, id, await typedValues(context, valuesOf(context, id)), wrong);
            }
          },
          back,
        ),
      ),
    },
    {
      method: "POST",
      path: `${PATH}/delete`,
      page: forAdministrators(
        forRecent(
          dependencies,
          async (context) => {
            await resources.delete(context.requestContext, fieldValue(context, "id"));
            return seeOther(`${PATHS.resources}?notice=deleted`);
          },
          back,
        ),
      ),
    },
  ];
}

/** Returns what the administrator has typed; the stored values if a field is too long to read. */
async function typedValues(
  context: PageContext,
  stored: Promise<ResourceValues>,
): Promise<ResourceValues> {
  const { uri, ...kept } = await stored;
  try {
    const typed = readResourceForm(context);
    return uri === "" ? typed : { ...typed, uri };
  } catch {
    return { uri, ...kept };
  }
}

function listPage(context: PageContext, all: readonly Resource[]): Promise<Response> {
  const messages = resourceMessages[context.language];
  const row = ({ id, uri, name, scopes }: Resource): Html =>
    html`<li>
      <div>
        <a href="${resourcePath(id)}"
          ><strong><bdi>${name}</bdi></strong></a
        >
        <p class="quiet small"><bdi>${uri}</bdi></p>
      </div>
      <p class="small"><bdi>${scopes.map((scope) => scope.name).join(" ")}</bdi></p>
    </li>`;
  return administrationPage(context, {
    title: messages.title,
    tab: "resources",
    body: html`<h1>${messages.title}</h1>
      <p class="quiet">${messages.what}</p>
      ${all.length === 0 ? html`<p>${messages.none}</p>` : ""}
      <ul class="rows">
        ${all.map(row)}
      </ul>
      <p class="below"><a class="button" href="${PATH}">${messages.add}</a></p>`,
    notices: messages.notices,
    place: { path: PATHS.resources, parameters: [] },
  });
}

function onePage(
  context: PageContext,
  id: string,
  values: ResourceValues,
  wrong?: FieldComplaint<ResourceField>,
): Promise<Response> {
  const messages = resourceMessages[context.language];
  const title = id === "" ? messages.addTitle : values.name;
  const remove = confirmed(context, {
    label: messages.delete,
    what: messages.deleteWhat,
    action: `${PATH}/delete`,
    values: { id },
  });
  return administrationPage(context, {
    title,
    tab: "resources",
    status: wrong === undefined ? 200 : 422,
    body: html`<h1><bdi>${title}</bdi></h1>
      ${id === "" ? "" : html`<p class="quiet"><bdi>${values.uri}</bdi></p>`}
      ${resourceForm(context, values, { id, action: PATH, wrong })}
      ${
        id === ""
          ? ""
          : html`<p class="below"></p>
              ${remove}`
      }`,
    place: { path: PATH, parameters: id === "" ? [] : [["id", id]] },
  });
}
