using PgOAuth.Sql.Lexing;
using PgOAuth.Sql.Resolution;
using P = PgOAuth.Enforcement.Policy.StatementPermissions;
using T = PgOAuth.Sql.Lexing.SqlTokenKind;

namespace PgOAuth.Enforcement.Policy;

/// <summary>What creating, changing and dropping needs (stage 7).</summary>
internal readonly ref struct DefinitionJudge
{
    private readonly StatementJudge _judge;
    private readonly StatementFacts _facts;

    internal DefinitionJudge(in StatementJudge judge)
    {
        _judge = judge;
        _facts = judge.Facts;
    }

    internal PolicyRefusal? Check(int index)
    {
        ref readonly var access = ref _facts.Accesses.Accesses[index];
        var requirement = access.Statement == _facts.Statement.Kind ? _judge.Root : StatementRequirements.Of(access.Statement);
        if (requirement.IsDangerous)
        {
            // The statement itself was asked for it, and no relation's rule gives it.
            return null;
        }

        var permission = requirement.Permission is P.None ? P.Ddl : requirement.Permission;
        if (access.Relation is { } relation && !(access is { Kind: SqlAccessKind.Create } && access.EndToken - access.Token == 1 && IsTemporary(access.Token)))
        {
            // What is created does not become the relation that another schema has by that name.
            return _judge.CheckRelation(permission, relation, index) ?? access.Kind switch
            {
                SqlAccessKind.Create => CheckNewName(index, permission),
                SqlAccessKind.Alter => new RenameJudge(_judge).Check(index),
                _ => null,
            };
        }

        if (access.Kind is SqlAccessKind.Statement)
        {
            // A statement in another: it was asked for by its node.
            return null;
        }

        if (access.Kind is SqlAccessKind.Alter or SqlAccessKind.Drop && access.EndToken > access.Token)
        {
            // A relation that does not exist, or that nobody knows yet.
            return new UnknownJudge(_judge).CheckName(permission, index)
                ?? (access.Kind is SqlAccessKind.Alter ? new RenameJudge(_judge).Check(index) : null);
        }

        if (access.Kind is SqlAccessKind.Create)
        {
            if (AccessCoverage.IsNamedInSchema(access.Statement) && access.EndToken > access.Token)
            {
                return CheckNewName(index, permission);
            }

            if (AccessCoverage.IsCovered(_facts.Accesses, access.Statement))
            {
                return null;
            }
        }

        return _judge.Check(PolicyRequest.OfEverything(permission), index);
    }

    private PolicyRefusal? CheckNewName(int index, StatementPermissions permission)
    {
        ref readonly var access = ref _facts.Accesses.Accesses[index];
        Span<byte> name = stackalloc byte[SqlText.MaxIdentifierBytes + 1];
        Span<byte> schema = stackalloc byte[SqlText.MaxIdentifierBytes + 1];
        var nameLength = SqlText.WriteIdentifier(_facts.Text, _facts.Tokens[access.EndToken - 1], name);
        if (access.EndToken - access.Token >= 3)
        {
            var schemaLength = SqlText.WriteIdentifier(_facts.Text, _facts.Tokens[access.EndToken - 3], schema);
            return _judge.Check(PolicyRequest.OfNewRelation(permission, schema[..schemaLength], name[..nameLength]), index);
        }

        if (IsTemporary(access.Token))
        {
            return _judge.Check(PolicyRequest.OfNewRelation(permission, "pg_temp"u8, name[..nameLength]), index);
        }

        return _facts.Catalog.CreationSchema is { } creation
            ? _judge.Check(PolicyRequest.OfNewRelation(permission, creation.Utf8, name[..nameLength]), index)
            : _judge.RefuseAccess("no schema to create it in", index);
    }

    // CREATE [LOCAL] TEMP [RECURSIVE] VIEW [IF NOT EXISTS] name, INTO TEMP [TABLE] name.
    private bool IsTemporary(int token)
    {
        for (var i = token - 1; i >= 0; i--)
        {
            switch (_facts.Tokens[i].Kind)
            {
                case T.Temp or T.Temporary:
                    return true;
                case T.Table or T.View or T.Sequence or T.Recursive or T.If or T.Not or T.Exists or T.Unlogged:
                    break;
                default:
                    return false;
            }
        }

        return false;
    }
}
