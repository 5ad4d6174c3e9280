import type { Named } from "../../domain/administration/naming.ts";
import { visibleName } from "../../domain/security/visible-text.ts";
import { html, type Html } from "../kit/html.ts";
import type { PageContext } from "../request/page-context.ts";
import { administeredApplicationPath, userPath } from "./administration-page.ts";
import { administrationMessages } from "./messages.ts";

/** Renders a link to a user or an application; only the id if it no longer exists. */
export const named = ({ language }: PageContext, { kind, id, name }: Named): Html =>
  name === ""
    ? html`<code>${id}</code> (${administrationMessages[language].gone})`
    : html`<a href="${kind === "user" ? userPath(id) : administeredApplicationPath(id)}"
        ><bdi>${kind === "user" ? visibleName(name) : name}</bdi></a
      >`;
