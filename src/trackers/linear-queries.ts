const ISSUE = `id identifier title description url estimate archivedAt state { type }
  assignee { displayName } labels(first: 50) { nodes { name } } children(first: 1) { nodes { id } }
  inverseRelations(first: 50) { nodes { type issue { identifier state { type } } } }`;

/** The parent, and a page of its sub-issues. */
export const PARENT = `query Parent($id: String!, $after: String) {
  issue(id: $id) { ${ISSUE} team { id }
    subs: children(first: 25, after: $after, includeArchived: true) {
      nodes { ${ISSUE} } pageInfo { hasNextPage endCursor } } } }`;

/** A page of a team's issues that have a label. */
export const LABELLED = `query Labelled($filter: IssueFilter!, $after: String) {
  issues(first: 25, after: $after, filter: $filter) {
    nodes { ${ISSUE} } pageInfo { hasNextPage endCursor } } }`;

export const LABELS = `query Labels($names: [String!]!) {
  issueLabels(first: 250, filter: { name: { in: $names } }) { nodes { id name team { id } } } }`;

export const USERS = `query Users($who: String!) {
  users(first: 2, filter: { or: [{ displayName: { eqIgnoreCase: $who } }, { name: { eqIgnoreCase: $who } },
    { email: { eqIgnoreCase: $who } }] }) { nodes { id } } }`;

export const CREATE = `mutation Create($input: IssueCreateInput!) {
  issueCreate(input: $input) { success issue { identifier url } } }`;

export const UPDATE = `mutation Update($id: String!, $input: IssueUpdateInput!) {
  issueUpdate(id: $id, input: $input) { success } }`;

export const COMMENT = `mutation Comment($input: CommentCreateInput!) { commentCreate(input: $input) { success } }`;
