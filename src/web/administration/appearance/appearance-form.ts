import { LEGAL_LINKS, NO_BRAND } from "../../../domain/branding/brand.ts";
import type { Brand } from "../../../domain/branding/brand.ts";
import type { RealmBrand } from "../../../domain/branding/brands.ts";
import { type BrandChange, MAX_BRAND_NAME } from "../../../domain/branding/check-brand.ts";
import { pageBrandOf } from "../../kit/brand/page-brand.ts";
import { button, checkboxes, field, form } from "../../kit/form.ts";
import { html, type Html } from "../../kit/html.ts";
import { fieldValue, type PageContext, shownValue } from "../../request/page-context.ts";
import { PATHS } from "../administration-page.ts";
import type { Complaint } from "./complaints.ts";
import { appearanceMessages } from "./messages.ts";

/** Reads the values of the form. A file that was not chosen leaves the logo as it is. */
export function readBrandForm(context: PageContext): BrandChange {
  const logo = Buffer.from(fieldValue(context, "logo"), "base64url");
  const removes = fieldValue(context, "remove_logo") !== "";
  return {
    name: fieldValue(context, "name"),
    color: fieldValue(context, "color"),
    colorDark: fieldValue(context, "color_dark"),
    links: Object.fromEntries(LEGAL_LINKS.map((name) => [name, fieldValue(context, name)])),
    ...((logo.length > 0 || removes) && { logo }),
  };
}

/** Renders the form; after a refusal with what was sent. `below` is what holds without values. */
export function brandForm(
  context: PageContext,
  { own }: RealmBrand,
  below: Brand,
  complaint?: Complaint,
): Html {
  const messages = appearanceMessages[context.language];
  const { realm } = below;
  const stored = own ?? NO_BRAND;
  const isSent = context.fields.size > 0 && complaint !== undefined;
  const text = (
    name: string,
    label: string,
    value: string,
    more: { readonly hint?: string; readonly maxLength?: number } = {},
  ): Html =>
    field({
      name,
      label,
      type: "text",
      autocomplete: "off",
      value: isSent ? shownValue(context, name) : value,
      error: complaint?.field === name ? complaint.text : undefined,
      isOptional: true,
      ...more,
    });
  const inputs = html`${text("name", messages.name, stored.name, {
      hint: messages.empty(below.name),
      maxLength: MAX_BRAND_NAME,
    })}
    ${logoField(context, stored.logo === undefined ? undefined : realm, complaint)}
    ${text("color", messages.color, stored.color, {
      hint: `${messages.colorHint} ${messages.empty(below.color || messages.ours)}`,
    })}
    ${text("color_dark", messages.colorDark, stored.colorDark, { hint: messages.colorDarkHint })}
    <fieldset>
      <legend>${messages.links}</legend>
      <p class="hint">${messages.linksHint}</p>
      ${LEGAL_LINKS.map((name) => {
        const inherited = below.links[name];
        const hint = inherited === undefined ? {} : { hint: messages.empty(inherited) };
        return text(name, messages.link[name], stored.links[name] ?? "", hint);
      })}
    </fieldset>
    ${button(messages.save)}
    ${button(messages.preview, { isSecond: true, action: `${PATHS.appearance}/preview` })}`;
  return form(
    context,
    { action: PATHS.appearance, values: { realm }, className: "stack short", hasFile: true },
    inputs,
  );
}

/** Renders the choice of a file, the logo of now, and how to remove it. */
function logoField(
  context: PageContext,
  realm: string | undefined,
  complaint: Complaint | undefined,
): Html {
  const messages = appearanceMessages[context.language];
  const error = complaint?.field === "logo" ? complaint.text : undefined;
  const described = `logo-hint${error === undefined ? "" : " logo-error"}`;
  return html`<div class="field">
      <label for="logo">${messages.logo}</label>
      <input
        id="logo"
        name="logo"
        type="file"
        accept="image/png,image/jpeg,image/webp,image/svg+xml"
        aria-describedby="${described}"
        ${error === undefined ? "" : html` aria-invalid="true"`}
      />
      <p class="hint" id="logo-hint">${messages.logoHint}</p>
      ${error === undefined ? "" : html`<p class="wrong" id="logo-error">${error}</p>`}
    </div>
    ${
      realm === undefined
        ? ""
        : html`<p class="logo-now">
              <img src="${context.brandOf(realm).icon.src}" alt="${messages.logoNow}" />
            </p>
            ${checkboxes("checkbox", messages.logoNow, [
              {
                name: "remove_logo",
                value: "on",
                label: messages.removeLogo,
                isTicked: false,
              },
            ])}`
    }`;
}

/** Returns a brand for a page that shows it before it is saved: its logo is in the page itself. */
export function draftPageBrand(brand: Brand): ReturnType<typeof pageBrandOf> {
  const shown = pageBrandOf(brand);
  return brand.logo === undefined
    ? shown
    : {
        ...shown,
        icon: {
          src: `data:${brand.logo.type};base64,${brand.logo.content}`,
          type: brand.logo.type,
        },
      };
}
