namespace PgOAuth.Samples.Terminal.Database;

/// <summary>The statements that make the demonstration: what an administrator does once on a real server, and some rows.</summary>
internal static class DemoSql
{
    public const string Database = "demo";
    public const string ServiceRole = "pgoauth_service";
    public const string ReadingRole = "analyst";
    public const string WritingRole = "engineer";

    /// <summary>What the scopes db:read, db:write and db:admin allow where the statement gate is on.</summary>
    public static string PolicyFile { get; } = Path.Combine(AppContext.BaseDirectory, "demo-policy.json");

    /// <summary>
    /// The service login has no right of its own (NOINHERIT) but may become the mapped roles, which cannot log in. Roles that are
    /// there already are kept, for servers that outlive us.
    /// </summary>
    public static string Roles(string password)
    {
        return $"""
                do $$
                declare
                    wanted text;
                begin
                    foreach wanted in array array['{ServiceRole}', '{ReadingRole}', '{WritingRole}'] loop
                        if not exists (select from pg_roles where rolname = wanted) then
                            execute format('create role %I noinherit', wanted);
                        end if;
                    end loop;
                end
                $$;
                set password_encryption = 'scram-sha-256';
                alter role {ServiceRole} login noinherit password '{password}';
                grant {ReadingRole}, {WritingRole} to {ServiceRole};
                """;
    }

    /// <summary>Products for everybody, and orders of which each person sees the own ones, whatever the role.</summary>
    public static string Schema(string database)
    {
        return $"""
                revoke all on database "{database}" from public;
                revoke create on schema public from public;
                grant connect on database "{database}" to {ServiceRole};

                create table products (
                    id int generated always as identity primary key,
                    name text not null,
                    price numeric(10, 2) not null,
                    cost numeric(10, 2));

                create table orders (
                    id int generated always as identity primary key,
                    owner text not null default current_setting('pgoauth.sub', true),
                    product int not null references products,
                    quantity int not null check (quantity > 0));

                alter table orders enable row level security;
                create policy own_orders on orders using (owner = current_setting('pgoauth.sub', true));

                grant select on products, orders to {ReadingRole}, {WritingRole};
                grant insert, update, delete on products, orders to {WritingRole};

                insert into products (name, price, cost) values ('tea', 4.20, 1.10), ('coffee', 7.90, 2.60), ('biscuits', 2.50, 0.70);
                insert into orders (owner, product, quantity) values
                    ('alice', 1, 2), ('alice', 3, 1), ('bob', 2, 5), ('bob', 1, 1), ('bob', 3, 4), ('dora', 2, 9);
                """;
    }
}
