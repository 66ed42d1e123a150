namespace PgOAuth.Sql.Syntax;

/// <summary>What holds for every tree.</summary>
internal static class Trees
{
    /// <summary>
    /// Null when the nodes up to a statement's are one tree in post-order, and each child's tokens end where its parent's do or before;
    /// else what is wrong.
    /// </summary>
    public static string? Check(SqlParser parser, int root)
    {
        var nodes = parser.Nodes;
        for (var i = nodes[root].First; i <= root; i++)
        {
            var node = nodes[i];
            if (node.Kind == SqlNodeKind.None || node.First < nodes[root].First || node.First > i || node.Token < 0 || node.Token > node.EndToken)
            {
                return $"node {i} ({node.Kind}) is not well formed";
            }

            var child = i - 1;
            for (; child >= node.First; child = nodes[child].First - 1)
            {
                // A relation's tokens are its name: the columns of its alias stand behind them.
                if (nodes[child].EndToken > node.EndToken && nodes[child].Kind != SqlNodeKind.AliasColumn)
                {
                    return $"node {child} ({nodes[child].Kind}) ends behind its parent {i} ({node.Kind})";
                }
            }

            if (child != node.First - 1)
            {
                return $"the children of node {i} ({node.Kind}) do not fill its subtree";
            }
        }

        return null;
    }
}
