// The texts of communities.
import type { GroupRole } from "../../domain/model.ts";
import type { Translations } from "../kit/language.ts";

interface Messages {
  readonly title: string;
  readonly what: string;
  readonly none: string;
  readonly created: string;
  readonly new: string;
  readonly name: string;
  readonly nameInvalid: string;
  readonly create: string;
  readonly roles: Readonly<Record<GroupRole, string>>;
  readonly number: (id: string) => string;
  readonly nameless: string;
  readonly gone: string;
  readonly you: string;
  readonly since: string;
  readonly manage: string;
  readonly make: Readonly<Record<GroupRole, string>>;
  readonly remove: string;
  readonly addTitle: string;
  readonly known: string;
  readonly role: string;
  readonly add: string;
  readonly unknown: string;
  readonly exists: string;
  readonly lastOwner: string;
  readonly leave: string;
  readonly leaveText: string;
  readonly delete: string;
  readonly deleteText: string;
  readonly notices: Readonly<Record<string, string>>;
}

export const communitiesMessages: Translations<Messages> = {
  en: {
    title: "Communities",
    what: "The communities that you are in. Applications can ask for a key to one that you administer.",
    none: "You are in no community yet.",
    created: "Created on",
    new: "New community",
    name: "Name of the community",
    nameInvalid: "A name needs 1 to 128 characters.",
    create: "Create",
    roles: { member: "Member", administrator: "Administrator", owner: "Owner" },
    number: (id) => `Number ${id}`,
    nameless: "Without a name",
    gone: "Deleted account",
    you: "(you)",
    since: "Since",
    manage: "Manage",
    make: {
      member: "Make a member",
      administrator: "Make an administrator",
      owner: "Make an owner",
    },
    remove: "Remove",
    addTitle: "Add somebody",
    known: "User name or e-mail",
    role: "Role",
    add: "Add",
    unknown: "There is no such user.",
    exists: "This user is in the community already.",
    lastOwner:
      "A community keeps one owner at least: make somebody else an owner first, or delete it.",
    leave: "Leave the community",
    leaveText: "You will not see it any more. Applications can’t use your keys to it any more.",
    delete: "Delete the community",
    deleteText:
      "It is gone for all its members at once, with every key to it, and can’t be brought back.",
    notices: {
      created: "The community is created.",
      added: "The user is in the community now.",
      role: "The role is changed.",
      removed: "The user is not in the community any more.",
      left: "You have left the community.",
      deleted: "The community is deleted.",
    },
  },
  ru: {
    title: "Сообщества",
    what: "Сообщества, в которых вы состоите. Приложения могут попросить ключ к тем, которыми вы управляете.",
    none: "Вы пока не состоите ни в одном сообществе.",
    created: "Создано",
    new: "Новое сообщество",
    name: "Название сообщества",
    nameInvalid: "В названии должно быть от 1 до 128 символов.",
    create: "Создать",
    roles: { member: "Участник", administrator: "Администратор", owner: "Владелец" },
    number: (id) => `Номер ${id}`,
    nameless: "Без имени",
    gone: "Удалённый аккаунт",
    you: "(это вы)",
    since: "В сообществе с",
    manage: "Управление",
    make: {
      member: "Сделать участником",
      administrator: "Сделать администратором",
      owner: "Сделать владельцем",
    },
    remove: "Исключить",
    addTitle: "Добавить участника",
    known: "Имя пользователя или почта",
    role: "Роль",
    add: "Добавить",
    unknown: "Такого пользователя нет.",
    exists: "Этот пользователь уже в сообществе.",
    lastOwner:
      "В сообществе должен остаться хотя бы один владелец: сначала назначьте другого или удалите сообщество.",
    leave: "Покинуть сообщество",
    leaveText:
      "Вы больше не будете его видеть. Приложения больше не смогут пользоваться вашими ключами к нему.",
    delete: "Удалить сообщество",
    deleteText:
      "Оно сразу исчезнет для всех участников вместе со всеми ключами к нему. Вернуть его нельзя.",
    notices: {
      created: "Сообщество создано.",
      added: "Пользователь добавлен в сообщество.",
      role: "Роль изменена.",
      removed: "Пользователь исключён из сообщества.",
      left: "Вы покинули сообщество.",
      deleted: "Сообщество удалено.",
    },
  },
  zh: {
    title: "社群",
    what: "您所在的社群。应用可以请求您所管理社群的密钥。",
    none: "您还没有加入任何社群。",
    created: "创建于",
    new: "新建社群",
    name: "社群名称",
    nameInvalid: "名称长度须为 1 至 128 个字符。",
    create: "创建",
    roles: { member: "成员", administrator: "管理员", owner: "所有者" },
    number: (id) => `编号 ${id}`,
    nameless: "未命名",
    gone: "已删除的账号",
    you: "（您）",
    since: "加入于",
    manage: "管理",
    make: { member: "设为成员", administrator: "设为管理员", owner: "设为所有者" },
    remove: "移除",
    addTitle: "添加成员",
    known: "用户名或邮箱",
    role: "角色",
    add: "添加",
    unknown: "没有这个用户。",
    exists: "该用户已在社群中。",
    lastOwner: "社群至少要有一位所有者：请先指定另一位所有者，或删除社群。",
    leave: "退出社群",
    leaveText: "您将不再看到该社群，应用也不能再使用您的密钥。",
    delete: "删除社群",
    deleteText: "社群及其所有密钥将立即对所有成员消失，且无法恢复。",
    notices: {
      created: "社群已创建。",
      added: "该用户已加入社群。",
      role: "角色已更改。",
      removed: "该用户已被移出社群。",
      left: "您已退出社群。",
      deleted: "社群已删除。",
    },
  },
};
