// The types and the details of events are shown as they are stored, in every language.
import { html, type Html } from "../kit/html.ts";
import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly what: string;
  readonly kept: (days: number) => string;
  readonly time: string;
  readonly target: string;
  readonly address: string;
  readonly details: string;
  readonly stopped: (time: Html) => Html;
  readonly user: string;
  readonly client: string;
  readonly actor: string;
  readonly actorHint: string;
  readonly type: string;
  readonly any: string;
  readonly outcome: string;
  readonly succeeded: string;
  readonly failed: string;
  readonly from: string;
  readonly until: string;
  readonly by: string;
  readonly about: string;
}

export const administrationAuditMessages: Translations<Messages> = {
  en: {
    what: "Every action of users, applications and administrators, done or refused.",
    kept: (days) =>
      days === 1 ? "Events are kept for a day." : `Events are kept for ${days} days.`,
    time: "Time",
    target: "About",
    address: "Address",
    details: "Details",
    stopped: (time) =>
      html`Few events match, so the search stopped at ${time}. The next page goes on from there.`,
    user: "User ID",
    client: "Client ID",
    actor: "Actor",
    actorHint: "user:…, client:…, operator or anonymous",
    type: "Type",
    any: "Any",
    outcome: "Result",
    succeeded: "Succeeded",
    failed: "Failed",
    from: "From (UTC)",
    until: "Until (UTC)",
    by: "by",
    about: "target:",
  },
  ru: {
    what: "Все действия пользователей, приложений и администраторов, в том числе отклонённые.",
    kept: (days) => `Срок хранения событий в днях: ${days}.`,
    time: "Время",
    target: "Объект",
    address: "Адрес",
    details: "Подробности",
    stopped: (time) =>
      html`Подходит мало событий, поиск остановлен на ${time}. Следующая страница продолжит его.`,
    user: "ID пользователя",
    client: "Client ID",
    actor: "Инициатор",
    actorHint: "user:…, client:…, operator или anonymous",
    type: "Тип",
    any: "Любой",
    outcome: "Результат",
    succeeded: "Успешно",
    failed: "Неуспешно",
    from: "С (UTC)",
    until: "До (UTC)",
    by: "инициатор:",
    about: "объект:",
  },
  zh: {
    what: "用户、应用和管理员的所有操作，包括被拒绝的操作。",
    kept: (days) => `事件保留 ${days} 天。`,
    time: "时间",
    target: "对象",
    address: "地址",
    details: "详情",
    stopped: (time) => html`匹配的事件很少，搜索停在 ${time}，下一页将从此处继续。`,
    user: "用户 ID",
    client: "Client ID",
    actor: "操作者",
    actorHint: "user:…、client:…、operator 或 anonymous",
    type: "类型",
    any: "不限",
    outcome: "结果",
    succeeded: "成功",
    failed: "失败",
    from: "开始时间（UTC）",
    until: "结束时间（UTC）",
    by: "操作者：",
    about: "对象：",
  },
};
