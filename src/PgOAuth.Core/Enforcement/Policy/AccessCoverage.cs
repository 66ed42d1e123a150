using PgOAuth.Sql.Resolution;
using PgOAuth.Sql.Syntax;

namespace PgOAuth.Enforcement.Policy;

/// <summary>Which statements act on things that are judged one by one (stage 7).</summary>
internal static class AccessCoverage
{
    /// <summary>Whether a statement of this kind acts on things that are judged one by one, so that it needs no permission for everything.</summary>
    internal static bool IsCovered(SqlAccessList accesses, SqlNodeKind kind)
    {
        for (var i = 1; i < accesses.Count; i++)
        {
            ref readonly var access = ref accesses.Accesses[i];
            if (access.Statement == kind && IsCovering(accesses, access))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsCovering(SqlAccessList accesses, in SqlAccess access)
    {
        switch (access.Kind)
        {
            case SqlAccessKind.Call when access.Statement is SqlNodeKind.CallStmt:
                return IsProcedure(accesses, access);
            case SqlAccessKind.CopyTo:
            case SqlAccessKind.CopyFrom:
                return access.Statement is SqlNodeKind.CopyStmt;
            case SqlAccessKind.Truncate:
            case SqlAccessKind.Lock:
                return access.Relation is not null;
            case SqlAccessKind.Alter:
            case SqlAccessKind.Drop:
                // One that does not exist is judged by its name.
                return access.Relation is not null || access.EndToken > access.Token;
            case SqlAccessKind.Create:
                return access.Relation is not null || IsNamedInSchema(access.Statement);
            default:
                return false;
        }
    }

    // CALL takes no functions; should the list hold one of the same name, the call would not be it.
    private static bool IsProcedure(SqlAccessList accesses, in SqlAccess access)
    {
        foreach (var function in accesses.Functions(access))
        {
            if (function.Kind is SqlFunctionKind.Procedure)
            {
                return true;
            }
        }

        return false;
    }

    // What is created under a name of its own in a schema. Indexes, policies and their like go where their table is.
    internal static bool IsNamedInSchema(SqlNodeKind kind) =>
        kind is SqlNodeKind.CreateStmt or SqlNodeKind.CreateTableAsStmt or SqlNodeKind.SelectStmt or SqlNodeKind.ViewStmt
            or SqlNodeKind.CreateSeqStmt or SqlNodeKind.CompositeTypeStmt or SqlNodeKind.CreateEnumStmt or SqlNodeKind.CreateRangeStmt
            or SqlNodeKind.CreateDomainStmt or SqlNodeKind.ExecuteStmt;
}
