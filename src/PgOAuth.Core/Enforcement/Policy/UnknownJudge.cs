using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Resolution;

namespace PgOAuth.Enforcement.Policy;

/// <summary>
/// What it takes to use things that the catalog's snapshot does not have (stage 7): tables of a migration's open transaction, above
/// all. Nobody knows what such a thing is, so a rule must allow all of it in every schema that it can be in, and no denial may be
/// about it.
/// </summary>
internal readonly ref struct UnknownJudge
{
    private readonly StatementJudge _judge;
    private readonly StatementFacts _facts;

    internal UnknownJudge(in StatementJudge judge)
    {
        _judge = judge;
        _facts = judge.Facts;
    }

    internal PolicyRefusal? CheckRelation(StatementPermissions anyOf, SqlRelation relation, int index)
    {
        var isAsked = false;
        for (var at = 0; TryNextSchema(relation.Schema, ref at, out var schema);)
        {
            isAsked = true;
            if (_judge.Check(PolicyRequest.OfRelation(anyOf, SqlRelation.Unknown(schema, relation.Name)), index) is { } refusal)
            {
                return refusal;
            }
        }

        return isAsked ? null : RefuseNowhere(index);
    }

    internal PolicyRefusal? CheckFunction(SqlFunction function, bool isCall, int index)
    {
        var isAsked = false;
        for (var at = 0; TryNextSchema(function.Schema, ref at, out var schema);)
        {
            isAsked = true;
            if (_judge.Check(PolicyRequest.OfFunction(SqlFunction.Unknown(schema, function.Name, function.Kind), isCall), index) is { } refusal)
            {
                return refusal;
            }
        }

        return isAsked ? null : RefuseNowhere(index);
    }

    /// <summary>A relation that only has a name in the text.</summary>
    internal PolicyRefusal? CheckName(StatementPermissions permission, int index)
    {
        ref readonly var access = ref _facts.Accesses.Accesses[index];
        var schema = access.EndToken - access.Token >= 3 ? NameAt(access.EndToken - 3) : SqlName.Empty;
        return CheckRelation(permission, SqlRelation.Unknown(schema, NameAt(access.EndToken - 1)), index);
    }

    private PolicyRefusal? RefuseNowhere(int index) => _judge.RefuseAccess("no schema of the search path can hold it", index);

    // Where it can be: as written, or anywhere in the path.
    private bool TryNextSchema(SqlName written, ref int at, out SqlName schema)
    {
        var path = _facts.Catalog.SearchPath;
        while (written.IsEmpty && at < path.Length && IsComplete(path[at]))
        {
            at++;
        }

        var isThere = at < (written.IsEmpty ? path.Length : 1);
        schema = !isThere || !written.IsEmpty ? written : path[at];
        at++;
        return isThere;
    }

    // The snapshot has all that the server itself has; what is temporary is the session's own, and was judged when it was made.
    private static bool IsComplete(SqlName schema) => ObjectPattern.IsServerSchema(schema.Utf8) || schema.Utf8.StartsWith("pg_temp"u8);

    private SqlName NameAt(int token)
    {
        Span<byte> name = stackalloc byte[SqlText.MaxIdentifierBytes + 1];
        return new SqlName(name[..SqlText.WriteIdentifier(_facts.Text, _facts.Tokens[token], name)]);
    }
}
