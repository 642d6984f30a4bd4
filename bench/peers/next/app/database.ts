import pg from "pg";

export interface Task {
  number: string;
  state: string;
  title: string;
  priority: number;
  estimate: number | null;
  due_on: string | null;
  assignees: string[];
  labels: string[];
}

export interface Board {
  name: string;
  states: { slug: string; name: string }[];
  tasks: Task[];
}

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });

const query = async <R extends pg.QueryResultRow>(name: string, text: string, values: unknown[]): Promise<R[]> =>
  (await pool.query<R>({ name, text, values })).rows;

/** Fetches a board, each column in its order; of done tasks the last hundred. */
export async function board(org: string, key: string): Promise<Board | undefined> {
  const [project] = await query<{ org_id: string; id: string; name: string }>(
    "project",
    "SELECT p.org_id, p.id, p.name FROM project p JOIN organization o ON o.id = p.org_id WHERE o.slug = $1 AND p.key = $2",
    [org, key],
  );
  if (!project) return undefined;
  const ids = [project.org_id, project.id];
  const [states, tasks] = await Promise.all([
    query<{ slug: string; name: string }>(
      "states",
      "SELECT slug, name FROM project_state WHERE org_id = $1 AND project_id = $2 ORDER BY position",
      ids,
    ),
    query<Task>("tasks", TASKS, ids),
  ]);
  return { name: project.name, states, tasks };
}

const TASKS = `
  SELECT number, state, title, priority, estimate, due_on::text,
         ARRAY(SELECT a.name FROM task_assignee x JOIN person a ON a.id = x.person_id
               WHERE x.org_id = t.org_id AND x.project_id = t.project_id AND x.number = t.number ORDER BY a.name) AS assignees,
         ARRAY(SELECT l.name FROM task_label x JOIN label l ON l.org_id = x.org_id AND l.project_id = x.project_id
                    AND l.id = x.label_id
               WHERE x.org_id = t.org_id AND x.project_id = t.project_id AND x.number = t.number ORDER BY l.folded) AS labels
  FROM (SELECT t.*, s.position, s.category IN ('completed', 'cancelled') AS is_done,
               row_number() OVER (PARTITION BY t.state ORDER BY t.rank DESC, t.number DESC) AS from_end
        FROM task t JOIN project_state s ON s.org_id = t.org_id AND s.project_id = t.project_id AND s.slug = t.state
        WHERE t.org_id = $1 AND t.project_id = $2 AND t.deleted_at IS NULL AND t.archived_at IS NULL) t
  WHERE NOT is_done OR from_end <= 100
  ORDER BY position, rank, number`;
