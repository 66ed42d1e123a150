using System.Text;

namespace PgOAuth.Sql.Syntax;

/// <summary>Writes trees as text, with brackets around what has children: <c>(+ 1 (* 2 3))</c>.</summary>
internal static class Shape
{
    /// <summary>The tree of an expression, or the error.</summary>
    public static string OfExpression(string expression)
    {
        var text = Encoding.UTF8.GetBytes("select " + expression);
        var parser = new SqlParser();
        if (!parser.Parse(text))
        {
            return $"{parser.Error} at {parser.ErrorPosition - 7}";
        }

        var target = Array.FindIndex(parser.Nodes, static node => node.Kind == SqlNodeKind.ResTarget);
        return Of(text, parser, target - 1);
    }

    /// <summary>The tree of the first statement, or the error.</summary>
    public static string OfStatement(string sql)
    {
        var text = Encoding.UTF8.GetBytes(sql);
        var parser = new SqlParser();
        return parser.Parse(text) ? Of(text, parser, parser.Statements[0].Root) : $"{parser.Error} at {parser.ErrorPosition}";
    }

    /// <summary>A node's children, first to last.</summary>
    public static List<int> Children(SqlNode[] nodes, int node)
    {
        var children = new List<int>();
        for (var child = node - 1; child >= nodes[node].First; child = nodes[child].First - 1)
        {
            children.Insert(0, child);
        }

        return children;
    }

    private static string Of(byte[] text, SqlParser parser, int index)
    {
        var node = parser.Nodes[index];
        var label = node.Kind switch
        {
            SqlNodeKind.AExpr or SqlNodeKind.BoolExpr => Text(text, parser, node.Payload, node.Payload + 1),
            SqlNodeKind.ColumnRef when (node.Flags & SqlNodeFlags.LoneStar) != 0 => "*",
            SqlNodeKind.AConst or SqlNodeKind.ColumnRef or SqlNodeKind.TypeName or SqlNodeKind.ParamRef or SqlNodeKind.RangeVar => Text(text, parser, node.Token, node.EndToken),
            SqlNodeKind.FuncCall when (node.Flags & SqlNodeFlags.SpecialSyntax) == 0 => Text(text, parser, node.Token, node.Payload),
            SqlNodeKind.FuncCall when (node.Flags & SqlNodeFlags.TypeNamed) == 0 => ((SqlSpecialFunction)node.Payload).ToString(),
            _ => node.Kind.ToString(),
        };
        var children = Children(parser.Nodes, index);
        return children.Count == 0 ? label : $"({label} {string.Join(' ', children.Select(child => Of(text, parser, child)))})";
    }

    private static string Text(byte[] text, SqlParser parser, int token, int end) =>
        Encoding.UTF8.GetString(text, parser.Tokens[token].Start, parser.Tokens[end - 1].End - parser.Tokens[token].Start);
}
