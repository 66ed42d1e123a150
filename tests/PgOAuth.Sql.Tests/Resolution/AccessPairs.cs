using System.Text;

namespace PgOAuth.Sql.Resolution;

/// <summary>
/// What a text accesses as plain names: <c>schema.relation</c>, <c>schema.relation.column</c>, <c>schema.function</c>; <c>?relation</c>
/// is an unknown one, and <c>schema.relation.*</c> all of one with columns nobody knows of.
/// </summary>
internal sealed record AccessPairs(HashSet<string> Columns, HashSet<string> Functions, string? Failure)
{
    private static readonly string[] SystemColumns = ["", "ctid", "xmin", "cmin", "xmax", "cmax", "tableoid"];

    public static AccessPairs Of(string sql, ISqlCatalog catalog, bool allowUnknown = false)
    {
        var text = Encoding.UTF8.GetBytes(sql);
        var parser = new SqlParser();
        var result = new AccessPairs([], [], null);
        if (!parser.Parse(text))
        {
            return result with { Failure = parser.Error };
        }

        var resolver = new SqlResolver();
        var accesses = new SqlAccessList();
        foreach (var statement in parser.Statements.ToArray())
        {
            resolver.Resolve(text, parser.Tokens, parser.Nodes, statement, catalog, accesses, allowUnknown);
            foreach (var access in accesses.Accesses)
            {
                foreach (var function in accesses.Functions(access))
                {
                    result.Functions.Add(function.ToString());
                }

                if (access.Relation is { } relation)
                {
                    result.Columns.Add(relation.IsUnknown ? $"?{relation.Name}" : relation.ToString());
                    if ((access.Flags & SqlAccessFlags.Entire) != 0)
                    {
                        result.Columns.Add($"{relation}.*");
                    }

                    var set = accesses.Columns(access);
                    for (var c = 0; c < relation.Columns.Length; c++)
                    {
                        if ((set[c / 64] >> (c % 64) & 1) != 0)
                        {
                            result.Columns.Add($"{relation}.{relation.Columns[c].Name}");
                        }
                    }

                    for (var s = 1; s < SystemColumns.Length; s++)
                    {
                        if ((access.SystemColumns >> s & 1) != 0)
                        {
                            result.Columns.Add($"{relation}.{SystemColumns[s]}");
                        }
                    }
                }
            }
        }

        return result with { Failure = accesses.Failure };
    }
}
