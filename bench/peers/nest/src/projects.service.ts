import { Injectable, type OnModuleDestroy } from "@nestjs/common";
import pg from "pg";
import type { Caller } from "./jwt.strategy.js";

export interface Project {
  key: string;
  name: string;
  icon?: string;
  hue?: number;
  is_closed?: true;
  is_archived?: true;
  is_favourite?: true;
  open_tasks: number;
  all_tasks: number;
}

interface Row {
  key: string;
  name: string;
  icon: string;
  hue: number | null;
  is_private: boolean;
  is_archived: boolean;
  is_favourite: boolean;
  open_tasks: string;
  all_tasks: string;
}

const LIST = `
  SELECT p.key, p.name, p.icon, p.hue, p.is_private, p.archived_at IS NOT NULL AS is_archived,
         f.project_id IS NOT NULL AS is_favourite, COALESCE(c.open_tasks, 0) AS open_tasks, COALESCE(c.all_tasks, 0) AS all_tasks
  FROM organization o
  JOIN person a ON a.issuer = $1 AND a.subject = $2
  JOIN membership m ON m.org_id = o.id AND m.person_id = a.id AND m.status = 'active'
  JOIN project p ON p.org_id = o.id
  LEFT JOIN project_member pm ON pm.org_id = o.id AND pm.project_id = p.id AND pm.person_id = a.id
  LEFT JOIN project_favourite f ON f.org_id = o.id AND f.project_id = p.id AND f.person_id = a.id
  LEFT JOIN project_task_count c ON c.org_id = o.id AND c.project_id = p.id
  WHERE o.issuer = $1 AND o.provider_id = $3
    AND (NOT p.is_private OR m.role = 'owner' OR pm.project_id IS NOT NULL)
  ORDER BY lower(p.name), p.key`;

@Injectable()
export class ProjectsService implements OnModuleDestroy {
  private readonly pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });

  async list({ iss, sub, org_id }: Caller): Promise<Project[]> {
    // A named statement is prepared once on each connection.
    const { rows } = await this.pool.query<Row>({ name: "projects", text: LIST, values: [iss, sub, org_id] });
    return rows.map((row) => ({
      key: row.key,
      name: row.name,
      ...(row.icon && { icon: row.icon }),
      ...(row.hue && { hue: row.hue }),
      ...(row.is_private && { is_closed: true as const }),
      ...(row.is_archived && { is_archived: true as const }),
      ...(row.is_favourite && { is_favourite: true as const }),
      open_tasks: Number(row.open_tasks),
      all_tasks: Number(row.all_tasks),
    }));
  }

  async onModuleDestroy(): Promise<void> {
    await this.pool.end();
  }
}
