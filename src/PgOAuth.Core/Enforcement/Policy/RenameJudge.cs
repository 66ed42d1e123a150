using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Resolution;
using PgOAuth.Sql.Syntax;
using P = PgOAuth.Enforcement.Policy.StatementPermissions;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Enforcement.Policy;

/// <summary>
/// What it takes to have rows found under another name (stage 7): RENAME, SET SCHEMA, and tables that become part of others. Rules and
/// denials go by names, so `ddl` alone would be a way around them. Whoever may read all of it and is denied nothing of it gains nothing.
/// </summary>
internal readonly ref struct RenameJudge
{
    private readonly StatementJudge _judge;
    private readonly StatementFacts _facts;

    internal RenameJudge(in StatementJudge judge)
    {
        _judge = judge;
        _facts = judge.Facts;
    }

    /// <summary>A relation that a statement alters, beside what altering needs.</summary>
    internal PolicyRefusal? Check(int index)
    {
        ref readonly var access = ref _facts.Accesses.Accesses[index];
        if (access.Relation is { Kind: SqlRelationKind.Index or SqlRelationKind.PartitionedIndex or SqlRelationKind.CompositeType })
        {
            return null;
        }

        return access.Statement switch
        {
            SqlNodeKind.RenameStmt => CheckRename(index),
            SqlNodeKind.AlterObjectSchemaStmt => CheckRows(index) ?? CheckNewSchema(index),
            SqlNodeKind.AlterTableStmt when JoinsTables(_facts.Words) => CheckRows(index),
            _ => null,
        };
    }

    /// <summary>ALTER SCHEMA .. RENAME: of everything in it, whatever that is.</summary>
    internal PolicyRefusal? CheckSchema() =>
        _judge.Check(PolicyRequest.OfEverything(P.Ddl), 0)
        ?? _judge.Check(PolicyRequest.OfEverything(P.Select), 0)
        ?? _judge.CheckNothingDenied("another name for a schema", 0);

    private PolicyRefusal? CheckRename(int index)
    {
        ref readonly var access = ref _facts.Accesses.Accesses[index];
        var end = _facts.Nodes[_facts.Statement.Root].EndToken;
        var p = access.EndToken;
        while (p < end && _facts.Tokens[p].Kind != T.Rename)
        {
            // t *, ONLY (t)
            p++;
        }

        if (p + 2 >= end)
        {
            return _judge.RefuseAccess("the new name is not known", index);
        }

        return _facts.Tokens[p + 1].Kind switch
        {
            T.To => CheckRows(index) ?? CheckNewName(index, p + 2),
            T.Constraint => null,
            T.Column => CheckColumn(index, p + 2),
            _ => CheckColumn(index, p + 1),
        };
    }

    private PolicyRefusal? CheckRows(int index)
    {
        ref readonly var access = ref _facts.Accesses.Accesses[index];
        switch (access.Relation)
        {
            case null:
                return new UnknownJudge(_judge).CheckName(P.Select, index);
            case { IsUnknown: true } unknown:
                return new UnknownJudge(_judge).CheckRelation(P.Select, unknown, index);
            case { Kind: SqlRelationKind.Sequence }:
                return null;
            default:
                return _judge.Check(PolicyRequest.OfRelation(P.Select, access.Relation).Whole(), index)
                    ?? _judge.CheckNotDenied(PolicyRequest.OfRelation(P.Everything, access.Relation).Whole(), index);
        }
    }

    private PolicyRefusal? CheckColumn(int index, int token)
    {
        ref readonly var access = ref _facts.Accesses.Accesses[index];
        if (access.Relation is not { IsUnknown: false } relation)
        {
            return CheckRows(index);
        }

        Span<byte> column = stackalloc byte[SqlText.MaxIdentifierBytes + 1];
        column = column[..SqlText.WriteIdentifier(_facts.Text, _facts.Tokens[token], column)];
        return _judge.Check(PolicyRequest.OfRelation(P.Select, relation).Column(column), index, token, token + 1)
            ?? _judge.CheckNotDenied(PolicyRequest.OfRelation(P.Everything, relation).Column(column), index);
    }

    private PolicyRefusal? CheckNewName(int index, int token)
    {
        ref readonly var access = ref _facts.Accesses.Accesses[index];
        var name = NameAt(token);
        if (access.Relation is { IsUnknown: false } relation)
        {
            return _judge.Check(PolicyRequest.OfNewRelation(P.Ddl, relation.Schema.Utf8, name.Utf8), index, token, token + 1);
        }

        var schema = access.EndToken - access.Token >= 3 ? NameAt(access.EndToken - 3) : SqlName.Empty;
        return new UnknownJudge(_judge).CheckRelation(P.Ddl, SqlRelation.Unknown(schema, name), index);
    }

    private PolicyRefusal? CheckNewSchema(int index)
    {
        ref readonly var access = ref _facts.Accesses.Accesses[index];
        var last = _facts.Nodes[_facts.Statement.Root].EndToken - 1;
        var name = access.Relation?.Name ?? NameAt(access.EndToken - 1);
        return _judge.Check(PolicyRequest.OfNewRelation(P.Ddl, NameAt(last).Utf8, name.Utf8), index, last, last + 1);
    }

    // ATTACH PARTITION, INHERIT. A column of such a name costs a right more than it need.
    private static bool JoinsTables(ReadOnlySpan<SqlToken> words)
    {
        for (var i = 1; i < words.Length; i++)
        {
            if (words[i].Kind is T.Attach || (words[i].Kind is T.Inherit && words[i - 1].Kind is not T.No))
            {
                return true;
            }
        }

        return false;
    }

    private SqlName NameAt(int token)
    {
        Span<byte> name = stackalloc byte[SqlText.MaxIdentifierBytes + 1];
        return new SqlName(name[..SqlText.WriteIdentifier(_facts.Text, _facts.Tokens[token], name)]);
    }
}
