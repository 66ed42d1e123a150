using PgOAuth.Sql.Lexing;

namespace PgOAuth.Sql.Syntax;

/// <summary>The catalog's names of the types that have a grammar of their own.</summary>
internal static class SqlTypeNames
{
    /// <summary>The last word of a type's name as the catalog has it: <c>int4</c> for INTEGER.</summary>
    public static string LastWord(ReadOnlySpan<byte> text, SqlToken[] tokens, in SqlNode type)
    {
        var p = type.Token;
        if (tokens[p].Kind == SqlTokenKind.Setof)
        {
            p++;
        }

        var next = tokens[p + 1].Kind;
        switch (tokens[p].Kind)
        {
            case SqlTokenKind.Int or SqlTokenKind.Integer:
                return "int4";
            case SqlTokenKind.Smallint:
                return "int2";
            case SqlTokenKind.Bigint:
                return "int8";
            case SqlTokenKind.Real:
                return "float4";
            case SqlTokenKind.Boolean:
                return "bool";
            case SqlTokenKind.Float:
                return next == SqlTokenKind.LeftParen && IsSinglePrecision(text, tokens[p + 2]) ? "float4" : "float8";
            case SqlTokenKind.Double when next == SqlTokenKind.Precision:
                return "float8";
            case SqlTokenKind.Decimal or SqlTokenKind.Dec or SqlTokenKind.Numeric:
                return "numeric";
            case SqlTokenKind.Bit:
                return next == SqlTokenKind.Varying ? "varbit" : "bit";
            case SqlTokenKind.National:
                return tokens[p + 2].Kind == SqlTokenKind.Varying ? "varchar" : "bpchar";
            case SqlTokenKind.Character or SqlTokenKind.Char or SqlTokenKind.Nchar:
                return next == SqlTokenKind.Varying ? "varchar" : "bpchar";
            case SqlTokenKind.Varchar:
                return "varchar";
            case SqlTokenKind.Timestamp or SqlTokenKind.Time:
                var zone = p + (next == SqlTokenKind.LeftParen ? 4 : 1);
                var zoned = tokens[zone].Kind == SqlTokenKind.WithLa;
                return tokens[p].Kind == SqlTokenKind.Time ? zoned ? "timetz" : "time" : zoned ? "timestamptz" : "timestamp";
            case SqlTokenKind.Interval:
                return "interval";
            case SqlTokenKind.Json:
                return "json";
        }

        while (tokens[p + 1].Kind == SqlTokenKind.Dot)
        {
            p += 2;
        }

        return SqlText.Identifier(text, tokens[p]);
    }

    private static bool IsSinglePrecision(ReadOnlySpan<byte> text, in SqlToken token) =>
        int.TryParse(text[token.Start..token.End], out var bits) && bits <= 24;
}
