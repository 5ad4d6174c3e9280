// The types and the details of events are shown as they are stored, in every language.
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
    what: "Events, newest first.",
    filter: "Filter",
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
    show: "Apply",
    none: "No matching events.",
    by: "by",
    about: "target:",
  },
  ru: {
    what: "События, сначала новые.",
    filter: "Фильтр",
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
    show: "Применить",
    none: "Подходящих событий нет.",
    by: "инициатор:",
    about: "объект:",
  },
  zh: {
    what: "事件列表，最新的在前。",
    filter: "筛选",
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
    show: "查询",
    none: "没有符合条件的事件。",
    by: "操作者：",
    about: "对象：",
  },
};
