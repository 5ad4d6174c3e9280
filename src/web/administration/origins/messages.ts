import type { OriginKind } from "../../../domain/origins.ts";
import type { Translations } from "../../kit/language.ts";
import { html, type Html } from "../../kit/html.ts";

interface Messages {
  readonly origin: string;
  readonly learntBadge: (api: string) => string;
  readonly importedBadge: string;
  readonly learntOn: (api: Html, time: Html) => Html;
  readonly importedOn: (batch: Html, time: Html) => Html;
  readonly learntTitle: (api: string) => string;
  readonly importedTitle: (batch: string) => string;
  readonly nothing: string;
  readonly kinds: Readonly<Record<OriginKind, string>>;
}

export const originMessages: Translations<Messages> = {
  en: {
    origin: "Origin",
    learntBadge: (api) => `learnt from ${api}`,
    importedBadge: "imported",
    learntOn: (api, time) => html`Learnt from ${api} on ${time}`,
    importedOn: (batch, time) => html`Imported in batch ${batch} on ${time}`,
    learntTitle: (api) => `Learnt from ${api}`,
    importedTitle: (batch) => `Imported in batch ${batch}`,
    nothing: "Nothing is left of it.",
    kinds: {
      user: "Users",
      client: "Applications",
      secret_pair: "Pairs",
      partner_key: "Partner keys",
      group: "Communities",
      member: "Members",
      access_key: "Access keys",
      refresh_token: "Refresh tokens",
      session_token: "Session tokens",
      device: "Devices",
      consent: "Consents",
      resource: "Resources",
      session_client: "Clients of sessions",
    },
  },
  ru: {
    origin: "Происхождение",
    learntBadge: (api) => `узнано от ${api}`,
    importedBadge: "импорт",
    learntOn: (api, time) => html`Узнано от ${api}, ${time}`,
    importedOn: (batch, time) => html`Импорт ${batch}, ${time}`,
    learntTitle: (api) => `Узнано от ${api}`,
    importedTitle: (batch) => `Импорт ${batch}`,
    nothing: "Ничего не осталось.",
    kinds: {
      user: "Пользователи",
      client: "Приложения",
      secret_pair: "Пары",
      partner_key: "Ключи партнёров",
      group: "Сообщества",
      member: "Участники",
      access_key: "Ключи доступа",
      refresh_token: "Токены обновления",
      session_token: "Токены сеансов",
      device: "Устройства",
      consent: "Согласия",
      resource: "Ресурсы",
      session_client: "Клиенты сеансов",
    },
  },
  zh: {
    origin: "来源",
    learntBadge: (api) => `从 ${api} 获知`,
    importedBadge: "导入",
    learntOn: (api, time) => html`${time}从 ${api} 获知`,
    importedOn: (batch, time) => html`${time}由批次 ${batch} 导入`,
    learntTitle: (api) => `从 ${api} 获知`,
    importedTitle: (batch) => `由批次 ${batch} 导入`,
    nothing: "没有剩余内容。",
    kinds: {
      user: "用户",
      client: "应用",
      secret_pair: "密钥对",
      partner_key: "合作方密钥",
      group: "社区",
      member: "成员",
      access_key: "访问密钥",
      refresh_token: "刷新令牌",
      session_token: "会话令牌",
      device: "设备",
      consent: "授权",
      resource: "资源",
      session_client: "会话的客户端",
    },
  },
};
