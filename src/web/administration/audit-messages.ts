// The texts of the audit trail. The types of events and their facts are named as they are kept, in
// every language.
import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly what: string;
  readonly filter: string;
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
  readonly show: string;
  readonly none: string;
  readonly by: string;
  readonly about: string;
}

export const administrationAuditMessages: Translations<Messages> = {
  en: {
    what: "What happened, the newest first. Times are UTC.",
    filter: "Filter",
    user: "User ID",
    client: "Client ID",
    actor: "Who did it",
    actorHint: "user:…, client:…, operator or anonymous",
    type: "Type",
    any: "Any",
    outcome: "Outcome",
    succeeded: "Done",
    failed: "Refused",
    from: "From (UTC)",
    until: "Until (UTC)",
    show: "Show",
    none: "Nothing that happened fits.",
    by: "by",
    about: "about",
  },
  ru: {
    what: "Что произошло, сначала новое. Время — UTC.",
    filter: "Фильтр",
    user: "ID пользователя",
    client: "Client ID",
    actor: "Кто это сделал",
    actorHint: "user:…, client:…, operator или anonymous",
    type: "Тип",
    any: "Любой",
    outcome: "Исход",
    succeeded: "Сделано",
    failed: "Отказано",
    from: "С (UTC)",
    until: "До (UTC)",
    show: "Показать",
    none: "Подходящих событий нет.",
    by: "кто:",
    about: "объект:",
  },
  zh: {
    what: "发生的事件，最新的在前。时间为 UTC。",
    filter: "筛选",
    user: "用户 ID",
    client: "Client ID",
    actor: "执行者",
    actorHint: "user:…、client:…、operator 或 anonymous",
    type: "类型",
    any: "任意",
    outcome: "结果",
    succeeded: "已执行",
    failed: "已拒绝",
    from: "从（UTC）",
    until: "到（UTC）",
    show: "显示",
    none: "没有符合条件的事件。",
    by: "执行者：",
    about: "对象：",
  },
};
