import type { GroupRole } from "../../../domain/model.ts";
import type { Translations } from "../../kit/language.ts";

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
  readonly inviteTitle: string;
  readonly known: string;
  readonly role: string;
  readonly invite: string;
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
    what:
      "Communities that you belong to. Applications can request an access key for the " +
      "communities that you administer.",
    none: "You don’t belong to any community yet.",
    created: "Created on",
    new: "New community",
    name: "Community name",
    nameInvalid: "Enter a name of 1 to 128 characters.",
    create: "Create",
    roles: { member: "Member", administrator: "Administrator", owner: "Owner" },
    number: (id) => `Community ID: ${id}`,
    nameless: "No name",
    gone: "Deleted account",
    you: "(you)",
    since: "Joined",
    manage: "Manage",
    make: {
      member: "Make member",
      administrator: "Make administrator",
      owner: "Make owner",
    },
    remove: "Remove",
    inviteTitle: "Invite a member",
    known: "User name or e-mail",
    role: "Role",
    invite: "Invite",
    unknown: "User not found.",
    exists: "This user is already a member.",
    lastOwner:
      "A community needs at least one owner. Make another member an owner first, or " +
      "delete the community.",
    leave: "Leave community",
    leaveText:
      "You will lose access to this community. Applications will no longer be able to use " +
      "your access keys to it.",
    delete: "Delete community",
    deleteText:
      "The community and all its access keys are deleted immediately for all members. " +
      "This can’t be undone.",
    notices: {
      created: "Community created.",
      role: "Role changed.",
      removed: "Member removed.",
      left: "You left the community.",
      deleted: "Community deleted.",
    },
  },
  ru: {
    title: "Сообщества",
    what:
      "Сообщества, в которых вы состоите. Приложения могут запросить ключ доступа к " +
      "сообществам, которыми вы управляете.",
    none: "Вы пока не состоите ни в одном сообществе.",
    created: "Создано",
    new: "Новое сообщество",
    name: "Название сообщества",
    nameInvalid: "В названии должно быть от 1 до 128 символов.",
    create: "Создать",
    roles: { member: "Участник", administrator: "Администратор", owner: "Владелец" },
    number: (id) => `ID сообщества: ${id}`,
    nameless: "Без имени",
    gone: "Удалённый аккаунт",
    you: "(это вы)",
    since: "В сообществе с",
    manage: "Управлять",
    make: {
      member: "Сделать участником",
      administrator: "Сделать администратором",
      owner: "Сделать владельцем",
    },
    remove: "Исключить",
    inviteTitle: "Пригласить участника",
    known: "Имя пользователя или почта",
    role: "Роль",
    invite: "Пригласить",
    unknown: "Пользователь не найден.",
    exists: "Этот пользователь уже состоит в сообществе.",
    lastOwner:
      "В сообществе должен быть хотя бы один владелец. Сначала назначьте другого " +
      "владельца или удалите сообщество.",
    leave: "Покинуть сообщество",
    leaveText:
      "Вы потеряете доступ к сообществу. Приложения больше не смогут использовать ваши " +
      "ключи доступа к нему.",
    delete: "Удалить сообщество",
    deleteText:
      "Сообщество и все ключи доступа к нему будут сразу удалены для всех участников. Это " +
      "действие нельзя отменить.",
    notices: {
      created: "Сообщество создано.",
      role: "Роль изменена.",
      removed: "Участник исключён.",
      left: "Вы покинули сообщество.",
      deleted: "Сообщество удалено.",
    },
  },
  zh: {
    title: "社群",
    what: "您所在的社群。应用可以请求您所管理社群的接入密钥。",
    none: "您还没有加入任何社群。",
    created: "创建于",
    new: "新建社群",
    name: "社群名称",
    nameInvalid: "名称长度须为 1 至 128 个字符。",
    create: "创建",
    roles: { member: "成员", administrator: "管理员", owner: "所有者" },
    number: (id) => `社群 ID：${id}`,
    nameless: "未命名",
    gone: "已删除的账号",
    you: "（您）",
    since: "加入于",
    manage: "管理",
    make: { member: "设为成员", administrator: "设为管理员", owner: "设为所有者" },
    remove: "移除",
    inviteTitle: "邀请成员",
    known: "用户名或邮箱",
    role: "角色",
    invite: "邀请",
    unknown: "未找到该用户。",
    exists: "该用户已在社群中。",
    lastOwner: "社群至少需要一位所有者。请先指定另一位所有者，或删除社群。",
    leave: "退出社群",
    leaveText: "您将无法再访问该社群，应用也无法再使用您的社群接入密钥。",
    delete: "删除社群",
    deleteText: "社群及其所有接入密钥将立即对所有成员删除，且无法恢复。",
    notices: {
      created: "社群已创建。",
      role: "角色已更改。",
      removed: "成员已移除。",
      left: "您已退出社群。",
      deleted: "社群已删除。",
    },
  },
};
