import type { Translations } from "../../kit/language.ts";

interface Messages {
  readonly name: string;
  readonly state: string;
  readonly any: string;
  readonly newUser: string;
  /** A time and a full stop follow. */
  readonly searchedBackTo: string;
  readonly searchOn: string;
}

export const userListMessages: Translations<Messages> = {
  en: {
    name: "Name",
    state: "State",
    any: "Any",
    newUser: "Create user",
    searchedBackTo: "Searched the users registered since",
    searchOn: "Older users are on the next page.",
  },
  ru: {
    name: "Имя",
    state: "Состояние",
    any: "Любое",
    newUser: "Создать пользователя",
    searchedBackTo: "Просмотрены пользователи, зарегистрированные с",
    searchOn: "Более ранние — на следующей странице.",
  },
  zh: {
    name: "用户名",
    state: "状态",
    any: "全部",
    newUser: "创建用户",
    searchedBackTo: "已搜索此时间之后注册的用户：",
    searchOn: "更早的用户在下一页。",
  },
};
